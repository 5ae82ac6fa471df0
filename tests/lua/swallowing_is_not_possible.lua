-- fails: function `f` at line 5: passed its budget of 1000000 instructions
function f(list, on, cents, text, number)
  local n = 0
  while true do
    for _, entry in ipairs(list) do n = n + #entry.outcome end
  end
end
