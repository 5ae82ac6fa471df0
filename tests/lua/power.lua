-- refused: lua_refused 3:12 `^` is refused: it gives a fraction: write the multiplication out
function f(list, on, cents, text, number)
  return 2 ^ 10
end
