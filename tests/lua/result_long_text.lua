-- fails: function `f`: returned `a long text, much longer than what a reason should repeat, w`, expected a date such as "2026-01-31"
-- type: date
function f(list, on, cents, text, number)
  return "a long text, much longer than what a reason should repeat, which is why it is cut somewhere"
end
