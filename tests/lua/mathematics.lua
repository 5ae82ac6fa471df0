-- gives: 108
function f(list, on, cents, text, number)
  return math.floor(7) + math.ceil(-7) + math.abs(-5) + (math.tointeger("8") == nil and 100 or 0) + math.tointeger(3)
end
