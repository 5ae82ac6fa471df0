-- refused: unknown_name 3:10 unknown name `rawset`
function f(list, on, cents, text, number)
  return rawset({}, 1, 2)
end
