-- refused: lua_refused 3:11 `<` is refused: a local is a plain one here, without `<const>` or `<close>`
function f(list, on, cents, text, number)
  local x <close> = nil
  return 1
end
