-- refused: lua_refused 4:10 more than 64 names and calls hang together here: give parts of it a local name
function f(list, on, cents, text, number)
  local function g() return g end
  return g()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()
end
