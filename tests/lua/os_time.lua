-- refused: unknown_name 3:10 `os` is no part of a covenant's Lua: the date judged is `on`: give it as an argument
function f(list, on, cents, text, number)
  return os.time()
end
