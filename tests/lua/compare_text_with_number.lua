-- fails: function `f` at line 4: attempt to compare string with number
-- type: boolean
function f(list, on, cents, text, number)
  return text < number
end
