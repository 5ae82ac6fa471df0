-- gives: 434567
function f(list, on, cents, text, number)
  local t = {1, 2; x = 3, ["y z"] = 4, [10] = 5, (6), number, f = f, list = {list}}
  return #t * 100000 + t.x * 10000 + t["y z"] * 1000 + t[10] * 100 + t[3] * 10 + t[4]
end
