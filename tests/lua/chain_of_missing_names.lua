-- fails: function `f` at line 5: attempt to index a nil value (field `b`)
function f(list, on, cents, text, number)
  local t = {}
  t.a = t
  return t.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.b.c
end
