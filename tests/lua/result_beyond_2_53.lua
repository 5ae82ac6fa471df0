-- fails: function `f`: returned a number beyond 2^53, expected a whole number
function f(list, on, cents, text, number)
  return 9007199254740992 + 1
end
