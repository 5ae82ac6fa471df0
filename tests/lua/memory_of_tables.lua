-- fails: function `f` at line 4: passed its memory of 16777216 bytes
function f(list, on, cents, text, number)
  local t = {}
  for i = 1, 8000 do t[i] = {a = {}, b = {}, c = {}, d = {}, e = {1, 2, 3, 4}, f = {1, 2, 3, 4}, g = {1, 2, 3, 4}, h = {1, 2, 3}} for j = 1, 50 do t[i][j] = {} end end
  return 1
end
