-- fails: function `f` at line 4: made a text of more than 16384 bytes
function f(list, on, cents, text, number)
  local a = "x"
  for i = 1, 16 do a = a .. a end
  return #a
end
