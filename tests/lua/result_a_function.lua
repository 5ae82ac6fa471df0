-- fails: function `f`: returned a function, expected a whole number
function f(list, on, cents, text, number)
  return f
end
