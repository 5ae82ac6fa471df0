-- gives: true
function f(list, on, cents, text, number)
  return list[1].on < on and min(list[1].on, on) == "2022-01-03" and max(list[1].on, on, "2023-01-01") == "2023-01-01"
end
