-- fails: function `f` at line 5: passed its budget of 1000000 instructions
function f(list, on, cents, text, number)
  local t = {}
  for i = 1, 4000 do t[i] = i end
  while true do local n = #t end
end
