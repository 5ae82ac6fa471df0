-- fails: function `f` at line 3: `math.floor` takes a whole number, found a text
function f(list, on, cents, text, number)
  return math.floor("3")
end
