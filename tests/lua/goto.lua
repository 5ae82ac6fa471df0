-- refused: lua_refused 3:3 `goto` is refused: there are no jumps: use a loop or a function
function f(list, on, cents, text, number)
  goto continue
end
