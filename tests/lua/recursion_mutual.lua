-- fails: function `f` at line 4: calls nest too deep
local g
local function h(n) return 1 + g(n + 1) end
g = function(n) return 1 + h(n + 1) end
function f() return g(0) end
