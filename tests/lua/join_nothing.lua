-- fails: function `f` at line 4: attempt to concatenate a nil value (field `x`)
-- type: text
function f(list, on, cents, text, number)
  return "x" .. list.x
end
