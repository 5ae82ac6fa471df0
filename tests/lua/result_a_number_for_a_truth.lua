-- fails: function `f`: returned 1, expected true or false
-- type: boolean
function f(list, on, cents, text, number)
  return 1
end
