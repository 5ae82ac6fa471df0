-- fails: function `f` at line 3: attempt to index a string value (field `outcome`)
function f(list, on, cents, text, number)
  return list[1].outcome.sort.of
end
