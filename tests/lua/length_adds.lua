-- gives: `ab2`
function f(list, on, cents, text, number)
  local t = {}
  t[#t + 1] = "a"
  t[#t + 1] = "b"
  return t[1] .. t[2] .. #t
end
