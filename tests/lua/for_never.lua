-- gives: 0
function f(list, on, cents, text, number)
  for i = 2, 1 do return 1 end
  return 0
end
