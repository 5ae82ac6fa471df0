-- fails: function `f`: returned a table, expected a whole number
function f(list, on, cents, text, number)
  return list
end
