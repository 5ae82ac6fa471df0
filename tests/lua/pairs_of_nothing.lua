-- fails: function `f` at line 3: `pairs` takes a table, found nothing
function f(list, on, cents, text, number)
  for k in pairs(list.nothing) do end
  return 1
end
