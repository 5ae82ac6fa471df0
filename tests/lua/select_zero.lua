-- fails: function `f` at line 3: `select` takes a place from 1, or `"#"`
function f(list, on, cents, text, number)
  return select(0, 1, 2)
end
