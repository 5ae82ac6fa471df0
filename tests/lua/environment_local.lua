-- refused: lua_refused 3:9 `_ENV` is refused: the environment itself cannot be reached: use the names in it
function f(list, on, cents, text, number)
  local _ENV = {}
  return x
end
