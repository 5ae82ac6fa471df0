-- refused: unknown_name 3:10 `next` is no part of a covenant's Lua: use `pairs`
function f(list, on, cents, text, number)
  return next(list)
end
