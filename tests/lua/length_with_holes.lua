-- gives: 8
function f(list, on, cents, text, number)
  local t = {name = "x", [1] = 1, [2] = 2, [4] = 4}
  t.other, t.more, t.even = 1, 2, 3
  t[8] = 8
  return #t
end
