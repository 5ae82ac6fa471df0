-- refused: lua_refused 3:12 `~` is refused: bits have no place in a covenant: use `not`, or `~=` for unequal
function f(list, on, cents, text, number)
  return 5 ~ 1
end
