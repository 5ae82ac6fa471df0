-- fails: function `f` at line 3: `fail` takes the reason as a text, found nothing
function f(list, on, cents, text, number)
  fail()
end
