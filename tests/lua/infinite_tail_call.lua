-- fails: function `f` at line 3: passed its budget of 1000000 instructions
function f(list, on, cents, text, number)
  return f(list, on, cents, text, number)
end
