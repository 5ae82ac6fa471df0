-- gives: `  a ]] bc`
function f(list, on, cents, text, number)
  return [==[
  a ]] b]==] .. [[c]]
end
