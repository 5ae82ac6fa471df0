-- refused: unknown_name 3:10 `io` is no part of a covenant's Lua: all that a function knows is in its arguments
function f(list, on, cents, text, number)
  return io.popen("id")
end
