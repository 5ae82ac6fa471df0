-- refused: unknown_name 3:10 unknown name `warn`
function f(list, on, cents, text, number)
  return warn("@on")
end
