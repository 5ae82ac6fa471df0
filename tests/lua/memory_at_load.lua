-- refused: lua_fails 3:1 the file fails while it is loaded: made a table or a list of arguments of more than 131072 bytes
local t = {}
for i = 1, 100000 do t[#t + 1] = {{}, {}, {}} end
function f() return 1 end
