-- refused: lua_refused 3:11 `__index` is refused: names that begin with two underscores are Lua's own
function f(list, on, cents, text, number)
  return {__index = list}
end
