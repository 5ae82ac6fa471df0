-- gives: 4
function f(list, on, cents, text, number)
  local n = 0
  repeat
    local done = n >= 3
    n = n + 1
  until done
  return n
end
