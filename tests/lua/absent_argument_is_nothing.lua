-- gives: true
function f(list, on, cents, text, number)
  local function g(a, b) return b == nil end
  return g(1)
end
