-- fails: function `f` at line 5: passed its budget of 1000000 instructions
function f(list, on, cents, text, number)
  local t = {}
  for i = 1, 4000 do t["k" .. i] = i end
  while true do for k in pairs(t) do break end end
end
