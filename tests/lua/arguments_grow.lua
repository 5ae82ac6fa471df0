-- fails: function `f` at line 3: made a table or a list of arguments of more than 131072 bytes
function f(list, on, cents, text, number)
  local function g(...) return g(1, ...) end
  return g(1)
end
