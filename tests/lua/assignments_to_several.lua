-- gives: 2133
function f(list, on, cents, text, number)
  local a, b, t = 1, 2, {}
  a, b, t.x, t["y"] = b, a, a + b, #list
  return a * 1000 + b * 100 + t.x * 10 + t.y
end
