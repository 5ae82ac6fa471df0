-- fails: function `f` at line 5: `pairs` takes a table whose keys are whole numbers and texts, found a table as a key
function f(list, on, cents, text, number)
  local t = {}
  t[{}] = 1
  for k in pairs(t) do end
  return 1
end
