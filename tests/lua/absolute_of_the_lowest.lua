-- fails: function `f` at line 4: `math.abs` of a number beyond 2^53
function f(list, on, cents, text, number)
  local n = -9007199254740992
  return math.abs(n * 1024)
end
