-- refused: lua_refused 3:12 `&` is refused: bits have no place in a covenant: use `and`
function f(list, on, cents, text, number)
  return 1 & 3
end
