-- fails: function `f` at line 4: passed its budget of 1000000 instructions
function f(list, on, cents, text, number)
  local function g() end
  while true do g() end
end
