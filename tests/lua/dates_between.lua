-- gives: 2680821
function f(list, on, cents, text, number)
  return days_between("2022-01-01", on) * 10000 + months_between("2022-01-01", on) * 100 + years_between("2000-09-27", on)
end
