-- refused: unknown_name 3:10 `getmetatable` is no part of a covenant's Lua: tables are plain
function f(list, on, cents, text, number)
  return getmetatable("").x
end
