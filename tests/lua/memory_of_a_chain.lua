-- fails: function `f` at line 4: passed its memory of 16777216 bytes
function f(list, on, cents, text, number)
  local t = {}
  while true do t = {t} end
end
