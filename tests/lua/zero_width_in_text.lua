-- refused: invisible_character 3:23 an invisible character: delete it
function f(list, on, cents, text, number)
  return text == "shel​ter"
end
