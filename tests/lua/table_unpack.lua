-- refused: unknown_name 3:10 `table` is no part of a covenant's Lua: write to `list[#list + 1]`
function f(list, on, cents, text, number)
  return table.unpack({}, 1, 1000000)
end
