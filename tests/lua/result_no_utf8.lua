-- fails: function `f`: returned a text that cannot be shown, expected a text
-- type: text
function f(list, on, cents, text, number)
  return "\xff\xfe"
end
