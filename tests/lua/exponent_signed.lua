-- refused: lua_refused 3:10 `1e-3` is refused: a number is written in digits, without a zero in front
function f(list, on, cents, text, number)
  return 1e-3
end
