-- refused: lua_refused 3:10 `9007199254740993` is refused: a number is at most 9007199254740992 (2^53)
function f(list, on, cents, text, number)
  return 9007199254740993
end
