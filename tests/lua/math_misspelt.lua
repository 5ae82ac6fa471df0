-- refused: unknown_name 3:15 unknown name `math.flor`, did you mean `math.floor`?
function f(list, on, cents, text, number)
  return math.flor(1)
end
