-- fails: function `f` at line 3: attempt to perform `n%0`
function f(list, on, cents, text, number)
  return 1 % (number - 7)
end
