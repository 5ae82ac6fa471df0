-- fails: function `f` at line 3: attempt to index a string value (local `text`)
function f(list, on, cents, text, number)
  return text.rep
end
