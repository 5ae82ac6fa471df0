-- refused: unknown_name 3:10 `print` is no part of a covenant's Lua: use the trace of a decision
function f(list, on, cents, text, number)
  return print(list)
end
