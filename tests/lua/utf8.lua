-- refused: unknown_name 3:10 unknown name `utf8`
function f(list, on, cents, text, number)
  return utf8.char(8238)
end
