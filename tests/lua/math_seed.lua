-- refused: unknown_name 3:15 unknown name `math.randomseed`
function f(list, on, cents, text, number)
  return math.randomseed(1)
end
