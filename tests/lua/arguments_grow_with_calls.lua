-- fails: function `f` at line 3: calls nest too deep
function f(list, on, cents, text, number)
  local function g(...) return 1 + g(1, ...) end
  return g(1)
end
