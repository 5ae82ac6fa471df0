-- fails: function `f` at line 4: made a text of more than 16384 bytes
function f(list, on, cents, text, number)
  local s = "x"
  while true do s = s .. s end
end
