-- fails: function `f` at line 4: `type` takes a value, found nothing
-- type: text
function f(list, on, cents, text, number)
  return type()
end
