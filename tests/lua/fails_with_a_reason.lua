-- fails: function `f` at line 3: the second evaluation is mixed
function f(list, on, cents, text, number)
  if list[2].outcome == "mixed" then fail("the second evaluation is mixed") end
  return 1
end
