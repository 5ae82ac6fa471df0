-- refused: unknown_name 3:10 unknown name `unpack`
function f(list, on, cents, text, number)
  return unpack(list)
end
