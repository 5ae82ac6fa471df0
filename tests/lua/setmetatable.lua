-- refused: unknown_name 3:10 `setmetatable` is no part of a covenant's Lua: tables are plain
function f(list, on, cents, text, number)
  return setmetatable({}, {})
end
