-- refused: unknown_name 3:10 `tonumber` is no part of a covenant's Lua: give the function an integer
function f(list, on, cents, text, number)
  return tonumber("12")
end
