-- gives: `number string boolean table function function nil`
function f(list, on, cents, text, number)
  local s = ""
  for _, v in ipairs({1, "x", true, list, f, type}) do s = s .. type(v) .. " " end
  return s .. type(nil)
end
