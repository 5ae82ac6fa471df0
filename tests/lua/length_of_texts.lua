-- gives: 24
function f(list, on, cents, text, number)
  return #"één" + #text + #[[long]] + #(text .. "x")
end
