-- gives: 315
function f(list, on, cents, text, number)
  local function g(...)
    local a, b = ...
    return select("#", ...) * 100 + a * 10 + b + select(-1, ...)
  end
  return g(1, 2, 3)
end
