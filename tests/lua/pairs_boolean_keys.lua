-- fails: function `f` at line 3: `pairs` takes a table whose keys are whole numbers and texts, found true as a key
function f(list, on, cents, text, number)
  for k in pairs({[true] = 1}) do end
  return 1
end
