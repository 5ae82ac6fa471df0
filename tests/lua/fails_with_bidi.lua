-- fails: function `f` at line 3: failed with a reason that holds unreadable characters
function f(list, on, cents, text, number)
  fail("\u{202e}abc")
end
