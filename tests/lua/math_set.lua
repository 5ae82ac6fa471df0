-- refused: lua_refused 3:3 `math` is built in and stays what it is: choose another name
function f(list, on, cents, text, number)
  math = {}
  return 1
end
