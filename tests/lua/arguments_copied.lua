-- fails: function `f` at line 3: passed its budget of 1000000 instructions
function f(list, on, cents, text, number)
  local function g(n, ...) if n == 0 then while true do local t = select("#", ...) end end return g(n - 1, n, ...) end
  return g(1000)
end
