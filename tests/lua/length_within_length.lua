-- gives: 31
function f(list, on, cents, text, number)
  local t = {{1, 2, 3}, {1}}
  return #t[#t] + #t[1] * 10 + -#t + #{#t, #t}
end
