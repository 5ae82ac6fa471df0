-- fails: function `f` at line 7: passed its memory of 16777216 bytes
function f(list, on, cents, text, number)
  local a = "x"
  for i = 1, 13 do a = a .. a end
  local t = {}
  t[a .. "y"] = 1
  while true do local x = t[a .. "y"] end
end
