-- refused: lua_refused 3:13 `!=` is refused: use `~=`
function f(list, on, cents, text, number)
  if number != 7 then return 1 end
  return 2
end
