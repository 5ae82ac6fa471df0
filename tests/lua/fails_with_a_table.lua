-- fails: function `f` at line 3: `fail` takes the reason as a text, found a table
function f(list, on, cents, text, number)
  fail({code = 1})
end
