-- refused: lua_syntax 6:1 `end` expected (to close `function` at line 2) near <eof>
function f()
  if true then
    return 1
end
