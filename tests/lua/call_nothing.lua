-- fails: function `f` at line 3: attempt to call a nil value (field `count`)
function f(list, on, cents, text, number)
  return list.count()
end
