-- gives: true
function f(list, on, cents, text, number)
  return number .. "" == "7" and number ~= "7"
end
