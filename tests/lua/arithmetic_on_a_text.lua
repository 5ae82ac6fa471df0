-- fails: function `f` at line 3: attempt to perform arithmetic on a string value (constant `10`)
function f(list, on, cents, text, number)
  return "10" + 1
end
