-- refused: lua_refused 3:21 `&&` is refused: use `and`
function f(list, on, cents, text, number)
  return number > 1 && cents > 1
end
