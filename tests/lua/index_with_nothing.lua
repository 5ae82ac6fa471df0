-- fails: function `f` at line 4: table index is nil
function f(list, on, cents, text, number)
  local t = {}
  t[list.x] = 1
  return 1
end
