-- gives: 3
function f()
  -- a file from Windows
  return 3
end
