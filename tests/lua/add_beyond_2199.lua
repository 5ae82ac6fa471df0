-- fails: function `f` at line 4: the date lies after 2199
-- type: date
function f(list, on, cents, text, number)
  return add(on, "P400Y")
end
