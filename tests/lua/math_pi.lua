-- refused: unknown_name 3:15 unknown name `math.pi`, did you mean `math.min`?
function f(list, on, cents, text, number)
  return math.pi
end
