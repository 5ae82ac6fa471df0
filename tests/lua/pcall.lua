-- refused: unknown_name 3:10 `pcall` is no part of a covenant's Lua: a function that fails makes its value unknown, with the reason
function f(list, on, cents, text, number)
  return pcall(f)
end
