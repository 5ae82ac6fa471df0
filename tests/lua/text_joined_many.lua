-- fails: function `f` at line 6: passed its memory of 16777216 bytes
function f(list, on, cents, text, number)
  local s = ""
  for i = 1, 100 do s = s .. "0123456789" end
  local all = {}
  for i = 1, 100000 do all[i] = s .. i .. s .. i .. s end
  return #all
end
