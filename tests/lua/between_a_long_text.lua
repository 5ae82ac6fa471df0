-- fails: function `f` at line 3: `days_between` takes a date such as "2026-01-31", found `this is no date at all, and it is rather`
function f(list, on, cents, text, number)
  return days_between(on, "this is no date at all, and it is rather long besides, as you will see")
end
