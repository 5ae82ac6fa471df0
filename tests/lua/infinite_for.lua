-- fails: function `f` at line 4: passed its budget of 1000000 instructions
function f(list, on, cents, text, number)
  local n = 0
  for i = 1, 9007199254740992 do n = n + i end
  return n
end
