-- gives: -2508
function f(list, on, cents, text, number)
  return days_between(on, "2022-09-01") * 100 + months_between(on, "2022-01-01")
end
