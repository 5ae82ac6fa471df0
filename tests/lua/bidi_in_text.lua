-- refused: invisible_character 3:19 a character that turns the direction of the text around it: delete it
function f(list, on, cents, text, number)
  return text == "‮shelter"
end
