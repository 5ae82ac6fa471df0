-- fails: function `f` at line 3: 100%s %n %p sure
function f(list, on, cents, text, number)
  fail("100%s %n %p sure")
end
