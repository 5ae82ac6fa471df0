-- fails: function `f` at line 3: `min` takes a date such as "2026-01-31", found `a`
function f(list, on, cents, text, number)
  return min("a", "b")
end
