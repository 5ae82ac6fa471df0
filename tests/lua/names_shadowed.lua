-- gives: 8
local function f2(add, type)
  local math = {huge = 5}
  return add + type + math.huge
end
function f()
  return f2(1, 2)
end
