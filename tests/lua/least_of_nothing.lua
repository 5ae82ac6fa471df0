-- fails: function `f` at line 3: `min` takes a whole number, found nothing
function f(list, on, cents, text, number)
  return min()
end
