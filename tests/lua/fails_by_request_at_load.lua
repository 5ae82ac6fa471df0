-- refused: lua_fails 2:1 the file fails while it is loaded: not today
fail("not today")
function f() return 1 end
