-- fails: function `f` at line 4: attempt to concatenate a boolean value
-- type: text
function f(list, on, cents, text, number)
  return "x" .. true
end
