-- fails: function `f` at line 3: variable `(for state)` got a non-closable value
function f(list, on, cents, text, number)
  for k, v in pairs(list), nil, nil, {} do return 1 end
end
