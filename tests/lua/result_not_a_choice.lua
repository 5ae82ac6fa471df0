-- gives: `sheltr`
function f(list, on, cents, text, number)
  return "sheltr"
end
