-- fails: function `f` at line 4: `add` expected a term of at most 9999: `P14D`, `P2W`, `P3M`, `P1Y`, `PT24H` or `5 working days`
-- type: date
function f(list, on, cents, text, number)
  return add(on, "six months")
end
