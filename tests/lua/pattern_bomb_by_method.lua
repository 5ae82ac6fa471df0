-- fails: function `f` at line 3: attempt to index a string value (constant `a?`)
function f(list, on, cents, text, number)
  local s = ("a?"):rep(28) .. ("a"):rep(28)
  return s:find("b")
end
