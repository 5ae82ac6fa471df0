-- fails: function `f` at line 4: `add` takes a date such as "2026-01-31", found `2022-02-30`
-- type: date
function f(list, on, cents, text, number)
  return add("2022-02-30", "P1M")
end
