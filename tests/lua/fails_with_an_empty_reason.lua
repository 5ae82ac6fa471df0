-- fails: function `f` at line 3: failed without a reason
function f(list, on, cents, text, number)
  fail("")
end
