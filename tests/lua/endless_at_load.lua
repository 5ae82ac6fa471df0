-- refused: lua_fails 2:1 the file fails while it is loaded: passed its budget of 1000000 instructions
while true do end
function f() return 1 end
