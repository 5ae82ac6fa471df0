-- refused: invisible_character 3:9 a space that is not a plain space: type a plain one
function f(list, on, cents, text, number)
  return 1
end
