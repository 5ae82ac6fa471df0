-- fails: function `f` at line 3: lua:99: attempt to index a nil value
function f(list, on, cents, text, number)
  fail("lua:99: attempt to index a nil value")
end
