-- refused: unknown_name 3:10 `coroutine` is no part of a covenant's Lua: a function runs to its end
function f(list, on, cents, text, number)
  return coroutine.wrap(f)()
end
