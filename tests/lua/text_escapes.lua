-- gives: true
function f(list, on, cents, text, number)
  return "a\z
       b\x41\u{e9}\065\
  " == "abA\u{e9}A\n  "
end
