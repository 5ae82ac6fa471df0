-- refused: unknown_name 3:10 `tostring` is no part of a covenant's Lua: join texts with `..`
function f(list, on, cents, text, number)
  return tostring(list)
end
