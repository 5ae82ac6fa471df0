-- refused: lua_refused 4:3 `calls` is set in a function but is none of its locals: write `local` before the first one
calls = 0
function f()
  calls = calls + 1
  return calls
end
