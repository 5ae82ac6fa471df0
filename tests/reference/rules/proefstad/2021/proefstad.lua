-- How many months were in arrears, all reports together. More than a year it cannot judge: it fails, on purpose.
function arrears_total(entries)
  local total = 0
  for i = 1, #entries do
    total = total + entries[i].months
  end
  if total > 12 then
    fail("more than a year")
  end
  return total
end
