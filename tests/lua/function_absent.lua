-- refused: unknown_function 2:16 `almere/2022/almere.lua` defines no function `f`
local function f()
  return 1
end

function g()
  return f()
end
