-- gives: 106
function f(list)
  return double(#list) + step
end

function double(n)
  return n * 2
end

step = 100
