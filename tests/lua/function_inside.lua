-- refused: lua_refused 3:12 `g` is set in a function but is none of its locals: write `local` before the first one
function f()
  function g()
    return 1
  end
  return g()
end
