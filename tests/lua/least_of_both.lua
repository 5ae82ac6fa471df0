-- fails: function `f` at line 3: `max` takes a whole number, found a text
function f(list, on, cents, text, number)
  return max(number, on)
end
