-- refused: lua_refused 3:15 `_G` is refused: the environment itself cannot be reached: use the names in it
function f(list, on, cents, text, number)
  return list._G
end
