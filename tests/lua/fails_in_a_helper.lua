-- fails: function `f` at line 5: more than five
function f(list, on, cents, text, number)
  local function helper(n)
    if n > 5 then
      fail("more than five")
    end
    return n
  end
  return helper(number)
end
