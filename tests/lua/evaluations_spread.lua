-- gives: true
function f(list, on, cents, text, number)
  local spread = 0
  local counted_on = nil
  for i = 1, #list do
    if counted_on == nil or days_between(counted_on, list[i].on) >= 60 then
      spread = spread + 1
      counted_on = list[i].on
    end
  end
  return spread >= 2 and list[#list].outcome ~= "negative"
end
