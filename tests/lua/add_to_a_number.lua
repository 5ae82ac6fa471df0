-- fails: function `f` at line 4: `add` takes a date such as "2026-01-31", found a number
-- type: date
function f(list, on, cents, text, number)
  return add(20220101, "P1M")
end
