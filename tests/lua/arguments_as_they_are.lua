-- gives: `2022-09-26 145050 shelter 7 3`
function f(list, on, cents, text, number)
  return on .. " " .. cents .. " " .. text .. " " .. number .. " " .. #list
end
