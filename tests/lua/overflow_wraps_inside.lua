-- gives: 0
function f(list, on, cents, text, number)
  local n = 4611686018427388 * 1000
  return n * 4 - n * 2 - n * 2
end
