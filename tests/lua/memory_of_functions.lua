-- fails: function `f` at line 6: passed its memory of 16777216 bytes
function f(list, on, cents, text, number)
  local all = {}
  for i = 1, 8000 do
    local a, b, c, d, e = i, i, i, i, i
    for j = 1, 20 do all[i] = function() return a + b + c + d + e end end
  end
  return 1
end
