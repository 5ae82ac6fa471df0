-- fails: function `f` at line 4: `one_of` takes a value and what it may be, found nothing
-- type: boolean
function f(list, on, cents, text, number)
  return one_of(list.x, "a")
end
