-- refused: lua_syntax 4:3 `end` expected (to close `function` at line 2) near `local`
function f(list, on, cents, text, number)
  return 1
  local a = 2
end
