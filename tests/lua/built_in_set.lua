-- refused: lua_refused 2:1 `math` is built in and stays what it is: choose another name
math.floor = 3
function f()
  return 1
end
