-- fails: function `f`: returned `2022-02-30`, expected a date such as "2026-01-31"
-- type: date
function f(list, on, cents, text, number)
  return "2022-02-30"
end
