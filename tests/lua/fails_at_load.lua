-- refused: lua_fails 3:1 the file fails while it is loaded: attempt to index a nil value (local `t`)
local t = nil
local x = t.y
function f() return 1 end
