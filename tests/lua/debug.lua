-- refused: unknown_name 3:10 `debug` is no part of a covenant's Lua: use the trace of a decision
function f(list, on, cents, text, number)
  return debug.getregistry()
end
