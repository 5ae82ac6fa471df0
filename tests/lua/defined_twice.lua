-- refused: duplicate_name 6:10 function `f` is defined before: only the last would hold
function f()
  return 1
end

function f()
  return 2
end
