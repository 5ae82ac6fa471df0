-- refused: lua_refused 3:10 `.5` is refused: a number is whole here, and money is in cents: write `1450.50` as `145050`
function f(list, on, cents, text, number)
  return .5
end
