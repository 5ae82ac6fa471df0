-- refused: unknown_name 3:10 `assert` is no part of a covenant's Lua: use `if ... then fail("why") end`
function f(list, on, cents, text, number)
  return assert(false, "no")
end
