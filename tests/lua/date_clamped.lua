-- gives: 2024-02-29
-- type: date
function f(list, on, cents, text, number)
  return add("2024-01-31", "P1M")
end
