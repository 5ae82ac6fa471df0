-- fails: function `f` at line 3: calls nest too deep
function f(list, on, cents, text, number)
  return 1 + f(list, on, cents, text, number)
end
