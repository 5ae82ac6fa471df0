-- refused: unknown_name 3:10 unknown name `month_between`, did you mean `months_between`?
function f(list, on, cents, text, number)
  return month_between("2022-01-01", on)
end
