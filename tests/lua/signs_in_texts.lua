-- gives: `goto & | ~ ^ / 1.5 _ENV`
function f(list, on, cents, text, number)
  return "goto & | ~ ^ / 1.5 _ENV"
end
