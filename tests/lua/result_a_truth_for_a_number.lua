-- fails: function `f`: returned true, expected a whole number
function f(list, on, cents, text, number)
  return true
end
