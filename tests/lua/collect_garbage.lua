-- refused: unknown_name 3:10 `collectgarbage` is no part of a covenant's Lua: memory looks after itself
function f(list, on, cents, text, number)
  return collectgarbage("count")
end
