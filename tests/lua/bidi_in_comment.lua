-- refused: invisible_character 2:11 a character that turns the direction of the text around it: delete it
-- before ‮ after
function f() return 1 end
