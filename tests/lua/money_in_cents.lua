-- gives: 435.15
-- type: money
function f(list, on, cents, text, number)
  return cents * 30 // 100
end
