-- refused: lua_refused 3:20 `_ENV` is refused: the environment itself cannot be reached: use the names in it
function f(list, on, cents, text, number)
  return (function(_ENV) return g end)({g = 1})
end
