-- refused: unknown_function 2:16 `almere/2022/almere.lua` defines no function `f`, did you mean `ff`?
function ff()
  return 1
end
