-- refused: lua_syntax 3:13 `then` expected near `=`
function f(list, on, cents, text, number)
  if number = 7 then return 1 end
  return 2
end
