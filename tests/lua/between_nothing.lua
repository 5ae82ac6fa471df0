-- fails: function `f` at line 3: `months_between` takes a date such as "2026-01-31", found nothing
function f(list, on, cents, text, number)
  return months_between(on, list.x)
end
