-- fails: function `f` at line 3: `ipairs` takes a list, found a text
function f(list, on, cents, text, number)
  for i in ipairs(text) do end
  return 1
end
