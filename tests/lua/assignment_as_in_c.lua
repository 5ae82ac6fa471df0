-- refused: lua_refused 3:10 `+=` is refused: write `n = n + 1`
function f(list, on, cents, text, number)
  number += 1
  return number
end
