-- fails: function `f` at line 3: `for` counts with whole numbers, found a text
function f(list, on, cents, text, number)
  for i = 1, "3" do return i end
end
