-- fails: function `f` at line 4: attempt to compare number with nil
-- type: boolean
function f(list, on, cents, text, number)
  return list.x > 1
end
