-- gives: `32132`
function f(list, on, cents, text, number)
  local s = ""
  for i = 3, 1, -1 do s = s .. i end
  for i = #list, number - 5, -1 do s = s .. i end
  return s
end
