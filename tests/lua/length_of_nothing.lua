-- fails: function `f` at line 3: `#` takes a list or a text, found nothing
function f(list, on, cents, text, number)
  return #list[4]
end
