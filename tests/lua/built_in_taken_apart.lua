-- fails: function `f` at line 5: taken apart
function f(list, on, cents, text, number)
  local m = math
  m.floor = fail
  return m.floor("taken apart")
end
