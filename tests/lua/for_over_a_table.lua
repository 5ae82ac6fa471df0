-- fails: function `f` at line 3: attempt to call a table value
function f(list, on, cents, text, number)
  for entry in list do end
  return 1
end
