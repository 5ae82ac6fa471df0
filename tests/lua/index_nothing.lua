-- fails: function `f` at line 3: attempt to index a nil value
function f(list, on, cents, text, number)
  return list[9].outcome
end
