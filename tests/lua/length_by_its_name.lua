-- refused: lua_refused 3:10 `__length` is refused: names that begin with two underscores are Lua's own
function f(list, on, cents, text, number)
  return __length(list)
end
