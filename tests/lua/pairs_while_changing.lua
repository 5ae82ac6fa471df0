-- gives: `abd`
function f(list, on, cents, text, number)
  local t = {a = 1, b = 2, c = 3, d = 4}
  local s = ""
  for k, v in pairs(t) do
    s = s .. k
    t.c = nil
    t[k .. k] = v
  end
  return s
end
