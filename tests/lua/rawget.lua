-- refused: unknown_name 3:10 unknown name `rawget`
function f(list, on, cents, text, number)
  return rawget({}, 1)
end
