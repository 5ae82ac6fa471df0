-- fails: function `f` at line 7: passed its budget of 1000000 instructions
function f(list, on, cents, text, number)
  local a = "x"
  for i = 1, 13 do a = a .. a end
  local b = a .. "y"
  local c = a .. "z"
  while b < c do end
  return 1
end
