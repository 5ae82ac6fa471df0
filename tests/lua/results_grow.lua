-- fails: function `f` at line 3: passed its budget of 1000000 instructions
function f(list, on, cents, text, number)
  local function g(n) if n == 0 then return 1 end return 1, g(n - 1) end
  while true do local a = {g(500)} end
end
