-- fails: function `f` at line 3: `for` counts with whole numbers, found nothing
function f(list, on, cents, text, number)
  for i = 1, list.n do return i end
  return 0
end
