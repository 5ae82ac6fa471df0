-- fails: function `f`: returned nothing, expected a whole number
function f(list, on, cents, text, number)
  if false then return 1 end
end
