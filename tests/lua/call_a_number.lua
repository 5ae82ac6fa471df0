-- fails: function `f` at line 3: attempt to call a number value (local `number`)
function f(list, on, cents, text, number)
  return number()
end
