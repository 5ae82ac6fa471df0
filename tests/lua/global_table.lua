-- refused: lua_refused 3:10 `_G` is refused: the environment itself cannot be reached: use the names in it
function f(list, on, cents, text, number)
  return _G.f ~= nil
end
