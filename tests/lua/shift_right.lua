-- refused: lua_refused 3:13 `>>` is refused: bits have no place in a covenant: use `//`
function f(list, on, cents, text, number)
  return 64 >> 2
end
