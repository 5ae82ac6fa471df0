-- refused: invisible_character 2:8 a character that turns the direction of the text around it: delete it
--[[ é ⁦ ]]
function f() return 1 end
