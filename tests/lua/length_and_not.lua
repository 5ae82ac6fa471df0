-- gives: true
function f(list, on, cents, text, number)
  return not (#list == 3) == false
end
