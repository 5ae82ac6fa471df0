-- gives: `aaabbabb`
function f(list, on, cents, text, number)
  local t, s = {b = 1, a = 2}, ""
  for k in pairs(t) do for l in pairs(t) do s = s .. k .. l end end
  return s
end
