-- fails: function `f` at line 3: attempt to divide by zero
function f(list, on, cents, text, number)
  return 1 // 0
end
