-- Functions of the Almere covenant.
--
-- A function is called from `derived` and from nowhere else. It gets facts, derived names, or the entries of an event:
-- a list in order, each with `on` (the day, as ISO text) and the event's attributes. It remembers nothing.

-- Two evaluaties that lie closer together than this count as one. No published text says how far apart they must be.
local days_apart = 60

-- Zijn de evaluaties gespreid, en is de laatste niet negatief?
--
--   evaluations  the entries of `evaluation`: {on = "2022-06-20", outcome = "positive" | "mixed" | "negative"}
--   since        the first day of the lease (ingangsdatum); what was held before it does not count
--
-- True when at least two evaluaties lie `days_apart` days or more from each other and the last one is not negative. An
-- extra evaluatie shortly after another never does harm.
function evaluations_spread(evaluations, since)
  local spread = 0
  local counted_on = nil
  local last_outcome = nil
  for i = 1, #evaluations do
    local evaluation = evaluations[i]
    if days_between(since, evaluation.on) >= 0 then
      if counted_on == nil or days_between(counted_on, evaluation.on) >= days_apart then
        spread = spread + 1
        counted_on = evaluation.on
      end
      last_outcome = evaluation.outcome
    end
  end
  return spread >= 2 and last_outcome ~= "negative"
end
