-- fails: function `f` at line 4: `add` takes days, weeks, months or years: only deadlines count hours and working days
-- type: date
function f(list, on, cents, text, number)
  return add(on, "PT24H")
end
