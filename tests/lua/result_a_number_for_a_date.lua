-- fails: function `f`: returned 7, expected a date such as "2026-01-31"
-- type: date
function f(list, on, cents, text, number)
  return number
end
