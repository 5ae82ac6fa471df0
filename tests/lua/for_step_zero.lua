-- fails: function `f` at line 3: `for` step is zero
function f(list, on, cents, text, number)
  for i = 1, 3, 0 do return i end
end
