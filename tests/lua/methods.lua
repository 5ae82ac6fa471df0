-- gives: 4
local ladder = {level = 0}
function ladder:up(n)
  self.level = self.level + n
  return self
end
function ladder.down(it)
  it.level = it.level - 1
end
function f()
  ladder:up(2):up(3)
  ladder.down(ladder)
  return ladder.level
end
