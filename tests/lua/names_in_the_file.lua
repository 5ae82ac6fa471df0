-- refused: lua_refused 3:24 `calls` is set in a function but is none of its locals: write `local` before the first one
function f(list, on, cents, text, number)
  local function set() calls = 1 end
  set()
  return calls
end
