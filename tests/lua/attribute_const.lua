-- refused: lua_refused 3:14 `<` is refused: a local is a plain one here, without `<const>` or `<close>`
function f(list, on, cents, text, number)
  local a, b <const> = 1, 2
  return a + b
end
