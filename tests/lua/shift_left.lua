-- refused: lua_refused 3:12 `<<` is refused: bits have no place in a covenant: multiply instead
function f(list, on, cents, text, number)
  return 1 << 62
end
