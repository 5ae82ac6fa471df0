-- refused: unknown_name 3:10 unknown name `bit32`
function f(list, on, cents, text, number)
  return bit32.band(1, 3)
end
