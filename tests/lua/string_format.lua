-- refused: unknown_name 3:10 `string` is no part of a covenant's Lua: texts are compared and joined, nothing else
function f(list, on, cents, text, number)
  return string.format("%p", list)
end
