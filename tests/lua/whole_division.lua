-- gives: -398
function f(list, on, cents, text, number)
  return -7 // 2 * 100 + -7 % 3
end
