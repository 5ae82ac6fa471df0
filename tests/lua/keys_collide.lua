-- fails: function `f` at line 6: passed its budget of 1000000 instructions
function f(list, on, cents, text, number)
  local step = 511 * 1023 * 2047 * 4095
  local t = {}
  for i = 1, 4000 do t[i * step] = i end
  while true do local x = t[step * 4000] end
end
