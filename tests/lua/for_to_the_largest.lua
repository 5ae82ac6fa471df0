-- gives: 2
function f(list, on, cents, text, number)
  local n = 0
  for i = 9007199254740991, 9007199254740992 do n = n + 1 end
  return n
end
