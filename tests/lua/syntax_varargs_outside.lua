-- refused: lua_syntax 3:10 cannot use `...` outside a vararg function near `...`
function f(list, on, cents, text, number)
  return ...
end
