-- refused: unknown_name 3:10 `loadfile` is no part of a covenant's Lua: one file holds all functions
function f(list, on, cents, text, number)
  return loadfile("/etc/passwd")
end
