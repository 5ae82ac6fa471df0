-- gives: 5
function f(list, on, cents, text, number)
  local n = 0
  while true do
    n = n + 1
    if n == 5 then break end
  end
  return n
end
