-- refused: unknown_name 3:10 `load` is no part of a covenant's Lua: no code is made while running
function f(list, on, cents, text, number)
  return load("return 1")()
end
