-- refused: lua_syntax 4:1 unfinished long comment (starting at line 2) near <eof>
--[[ nothing ends this
function f() return 1 end
