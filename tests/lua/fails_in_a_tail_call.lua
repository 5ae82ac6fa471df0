-- fails: function `f` at line 3: so be it
function f(list, on, cents, text, number)
  return fail("so be it")
end
