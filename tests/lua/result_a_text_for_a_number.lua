-- fails: function `f`: returned `12`, expected a whole number
function f(list, on, cents, text, number)
  return "12"
end
