-- refused: lua_refused 3:10 `__whole` is refused: names that begin with two underscores are Lua's own
function f(list, on, cents, text, number)
  return __whole(1)
end
