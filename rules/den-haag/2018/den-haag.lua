-- Functions of the journey of Den Haag.
--
-- A function is called from `derived` and from nowhere else. It gets the entries of an event as a list in order, each
-- with `on` (the day, as ISO text) and the event's attributes. It remembers nothing.

-- The last day on which something was entered about `concern`; nil when nothing was.
local function last_day(entries, concern)
  local day = nil
  for i = 1, #entries do
    if entries[i].concerns == concern then
      day = entries[i].on
    end
  end
  return day
end

-- Staat er een knelpunt open dat over dit onderwerp gaat?
--
--   found    the entries of `bottleneck_found`: {on = "2026-03-02", concerns = "home" | "support" | "neighbourhood"}
--   solved   the entries of `bottleneck_solved`, with the same attribute
--   concern  what the question is about
--
-- A knelpunt is open when nothing about it was solved on or after the last day on which it was found. One that comes
-- back is open again.
function bottleneck_is_open(found, solved, concern)
  local found_on = last_day(found, concern)
  if found_on == nil then
    return false
  end
  local solved_on = last_day(solved, concern)
  return solved_on == nil or days_between(found_on, solved_on) < 0
end
