-- gives: 9007199254740992
function f(list, on, cents, text, number)
  return 9007199254740992
end
