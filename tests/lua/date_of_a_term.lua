-- gives: 2022-11-09
-- type: date
function f(list, on, cents, text, number)
  return add(add(on, "P1M"), "P2W")
end
