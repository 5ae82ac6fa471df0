-- refused: lua_syntax 3:10 invalid escape sequence near `"\q`
function f(list, on, cents, text, number)
  return "\q"
end
