-- fails: function `f` at line 3: `#` takes a list or a text, found a number
function f(list, on, cents, text, number)
  return #number
end
