-- gives: 3
function f(list, on, cents, text, number)
  local n = 0
  for i, v in ipairs({1, 2, nil, 4}) do n = n + v end
  return n
end
