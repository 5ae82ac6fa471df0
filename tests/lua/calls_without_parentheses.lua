-- gives: 34
function f(list, on, cents, text, number)
  local function g(t) return #t end
  return g{1, 2, 3} * 10 + g"four"
end
