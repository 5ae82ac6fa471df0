-- refused: unknown_function 2:16 `almere/2022/almere.lua` defines no function `f`, what has that name is something else
f = 12
