-- refused: lua_refused 3:9 `één` is refused: names are made of the letters a to z, digits and `_`
function f(list, on, cents, text, number)
  local één = 1
  return 1
end
