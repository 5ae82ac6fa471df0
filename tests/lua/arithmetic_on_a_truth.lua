-- fails: function `f` at line 3: attempt to perform arithmetic on a boolean value
function f(list, on, cents, text, number)
  return true + 1
end
