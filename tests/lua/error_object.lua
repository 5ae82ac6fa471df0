-- refused: unknown_name 3:10 `error` is no part of a covenant's Lua: use `fail("why")`
function f(list, on, cents, text, number)
  return error({code = 1})
end
