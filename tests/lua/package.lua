-- refused: unknown_name 3:10 unknown name `package`
function f(list, on, cents, text, number)
  return package.loadlib("libc.so.6", "system")
end
