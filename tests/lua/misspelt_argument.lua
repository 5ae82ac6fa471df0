-- refused: unknown_name 3:18 unknown name `numbr`
function f(list, on, cents, text, number)
  return cents + numbr
end
