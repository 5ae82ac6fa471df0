-- gives: `2022-03-07 mixed second nil nil`
function f(list, on, cents, text, number)
  local e = list[2]
  return e.on .. " " .. e.outcome .. " " .. e.ref .. " " .. type(e.note) .. " " .. type(list[1].ref)
end
