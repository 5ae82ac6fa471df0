-- Functions of the Haarlem covenant.
--
-- A function is called from `derived` and from nowhere else. It gets facts, derived names, or the entries of an event:
-- a list in order, each with `on` (the day, as ISO text) and the event's attributes. It remembers nothing.

-- Is dit gebeurd sinds de huurachterstand voor het laatst is voldaan?
--
--   steps    the entries of a step: {on = "2024-03-05"}
--   cleared  the entries of `arrears_cleared`: {on = "2024-01-15"}
--
-- True when a step was taken after the last day on which the arrears were cleared, or at all when they never were. What
-- a landlord did for older arrears, that were paid, does not count for those of today.
function since_cleared(steps, cleared)
  if #steps == 0 then
    return false
  end
  if #cleared == 0 then
    return true
  end
  return days_between(cleared[#cleared].on, steps[#steps].on) > 0
end

-- Sinds wanneer is er huurachterstand?
--
--   reported  the entries of `arrears_reported`
--   cleared   the entries of `arrears_cleared`
--
-- The day of the first report after the arrears were last cleared: a second report of the same arrears starts nothing
-- anew.
function arrears_since(reported, cleared)
  for i = 1, #reported do
    if #cleared == 0 or days_between(cleared[#cleared].on, reported[i].on) > 0 then
      return reported[i].on
    end
  end
  fail("there are no arrears")
end
