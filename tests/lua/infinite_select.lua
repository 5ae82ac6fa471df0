-- fails: function `f` at line 3: passed its budget of 1000000 instructions
function f(list, on, cents, text, number)
  while true do select("#", 1, 2, 3) end
end
