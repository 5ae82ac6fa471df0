-- gives: 11
local calls = 0
local seen = {}
function f()
  calls = calls + 1
  seen[#seen + 1] = calls
  return calls * 10 + #seen
end
