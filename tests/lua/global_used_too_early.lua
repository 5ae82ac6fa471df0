-- refused: lua_fails 2:1 the file fails while it is loaded: attempt to call a nil value (global `g`)
local x = g()
function g() return 1 end
function f() return x end
