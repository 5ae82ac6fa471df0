-- refused: lua_refused 3:3 `::` is refused: there are no labels and no jumps: use a loop or a function
function f(list, on, cents, text, number)
  ::again::
end
