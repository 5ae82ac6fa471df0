-- refused: unknown_name 3:15 unknown name `math.random`
function f(list, on, cents, text, number)
  return math.random(6)
end
