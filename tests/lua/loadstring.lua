-- refused: unknown_name 3:10 `loadstring` is no part of a covenant's Lua: no code is made while running
function f(list, on, cents, text, number)
  return loadstring("return 1")()
end
