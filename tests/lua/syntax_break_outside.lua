-- refused: lua_syntax 3:1 break outside loop at line 3
function f(list, on, cents, text, number)
  break
end
