-- refused: lua_refused 3:3 `total` is set in a function but is none of its locals: write `local` before the first one
function f(list, on, cents, text, number)
  total = 0
  for i = 1, #list do total = total + i end
  return total
end
