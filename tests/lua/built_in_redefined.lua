-- refused: lua_refused 2:10 `add` is built in and stays what it is: choose another name
function add(a, b)
  return a + b
end
function f()
  return add(1, 2)
end
