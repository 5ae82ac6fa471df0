-- refused: unknown_name 3:10 unknown name `ffi`
function f(list, on, cents, text, number)
  return ffi.C.system("id")
end
