-- gives: true
function f(list, on, cents, text, number)
  return one_of(text, "clinic", "shelter") and not one_of(number, "7", 8)
end
