-- refused: unknown_name 3:10 unknown name `rawequal`
function f(list, on, cents, text, number)
  return rawequal(1, 1)
end
