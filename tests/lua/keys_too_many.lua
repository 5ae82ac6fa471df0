-- fails: function `f` at line 4: made a table or a list of arguments of more than 131072 bytes
function f(list, on, cents, text, number)
  local t = {}
  for i = 1, 100000 do t["k" .. i] = i end
  return 1
end
