-- fails: function `f` at line 4: attempt to compare two table values
-- type: boolean
function f(list, on, cents, text, number)
  return list[1] < list[2]
end
