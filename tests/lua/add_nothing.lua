-- fails: function `f` at line 4: `add` takes a term such as "P6M" second, found nothing
-- type: date
function f(list, on, cents, text, number)
  return add(on)
end
