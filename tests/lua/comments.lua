-- gives: 1
function f(list, on, cents, text, number)
  --[==[ goto x ]] & | ~ 1.5
  ]==]
  return 1 -- / ^ _ENV
  --[ not long
end
