function loops(origin)
  local turns = 0
  while true do
    turns = turns + 1
  end
end

function fails(origin)
  return fail("it cannot be computed here")
end
