-- gives: 0
function f(list, on, cents, text, number)
  local n = 0
  for k in pairs({}) do n = n + 1 end
  return n
end
