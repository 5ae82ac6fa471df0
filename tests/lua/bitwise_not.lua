-- refused: lua_refused 3:10 `~` is refused: bits have no place in a covenant: use `not`, or `~=` for unequal
function f(list, on, cents, text, number)
  return ~5
end
