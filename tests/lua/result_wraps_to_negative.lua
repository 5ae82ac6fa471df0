-- fails: function `f`: returned a number beyond 2^53, expected a whole number
function f(list, on, cents, text, number)
  local n = 4611686018427387
  return n * 1000 * 2 + 9007199254740992
end
