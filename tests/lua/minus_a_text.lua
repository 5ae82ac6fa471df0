-- fails: function `f` at line 3: attempt to perform arithmetic on a string value (constant `3`)
function f(list, on, cents, text, number)
  return -"3"
end
