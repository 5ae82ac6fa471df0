-- gives: `-1=5 3=4 10=6 =8 10=7 Noot=3 aap=2 zebra=1 .`
function f(list, on, cents, text, number)
  local t = {zebra = 1, aap = 2, Noot = 3, [3] = 4, [-1] = 5, [10] = 6, ["10"] = 7, [""] = 8}
  local s = ""
  for k, v in pairs(t) do s = s .. k .. "=" .. v .. " " end
  return s .. "."
end
