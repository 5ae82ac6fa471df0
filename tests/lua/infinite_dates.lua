-- fails: function `f` at line 4: passed its budget of 1000000 instructions
function f(list, on, cents, text, number)
  local day = "1900-01-01"
  while day < "2199-12-31" do day = add("1900-01-01", "P1D") end
  return 1
end
