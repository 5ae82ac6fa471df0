-- refused: invisible_character 3:11 a control character: delete it
function f(list, on, cents, text, number)
  return "[31m"
end
