-- gives: 1
function f(list, on, cents, text, number)
  ;;; local a = 1; ; return a;
end
