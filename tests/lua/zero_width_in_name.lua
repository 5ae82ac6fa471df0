-- refused: invisible_character 3:13 an invisible character: delete it
function f(list, on, cents, text, number)
  return num​ber
end
