-- fails: function `f` at line 3: attempt to perform arithmetic on a nil value (field `x`)
function f(list, on, cents, text, number)
  return cents + list.x
end
