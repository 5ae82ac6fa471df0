-- refused: lua_syntax 3:10 unfinished string near `"abc`
function f(list, on, cents, text, number)
  return "abc
end
