-- gives: 31
function f(list, on, cents, text, number)
  local function counter()
    local n = 0
    return function() n = n + 1 return n end
  end
  local a, b = counter(), counter()
  a() a()
  return a() * 10 + b()
end
