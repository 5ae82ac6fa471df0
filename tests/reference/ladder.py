"""The nuisance ladder of the reference: each report in its order, relapse and quiet time a day at a time."""
from condition import is_unknown
from point import Point
from terms import DAY, day, days

YEARS_LOOKED_AHEAD = 12


class Ladder:
    def __init__(self, sections):
        self.sections, self.case = sections, sections.case
        self.own = sections.covenant.data["nuisance"]
        self.by_event = self.own.get("governed_by") == "event"
        self.relapses = {}

    def covenant_of(self, on):
        """The version that judges what happens on a day: in force then, else the last that began, else the first."""
        if not self.by_event:
            return self.sections.covenant
        begun = [covenant for covenant in self.sections.region if covenant.first <= on]
        chosen = begun[-1] if begun else self.sections.region[0]
        return chosen if "nuisance" in chosen.data else self.sections.covenant

    def rules_of(self, on):
        return self.covenant_of(on).data["nuisance"]

    def point(self, on):
        return Point(self.case, self.covenant_of(on), on, self.sections)

    def relapse(self, on):
        rule = self.rules_of(on).get("relapse")
        if not rule:
            return False
        if on not in self.relapses:
            self.relapses[on] = self.point(on).judge(rule["when"])
        return self.relapses[on]

    def relapse_since(self, on):
        while self.relapse(on - DAY) is True:
            on -= DAY
        return on

    def falls(self, level, since, rules):
        """The day on which a level ends when nothing counts any more; None when it never does."""
        quiet = rules["levels"][level - 1].get("quiet")
        if not quiet:
            return None
        written = end = self.case.rules.calendar.end(since, quiet)
        while (standing := sum(self.relapse(date) is True for date in days(since + DAY, end))) > (end - written).days:
            end = written + standing * DAY
            if (end - written).days > 366 * YEARS_LOOKED_AHEAD:
                return None
        return end

    def climb(self, point):
        """The ladder on the day of `point`, with the events that it knows."""
        state = {"level": 0, "since": None, "quiet_from": None, "start": None, "rules": self.own}
        for entry in point.of("nuisance_reported"):
            self.fall(state, day(entry["on"]))
            self.report(state, entry)
        self.fall(state, point.on)
        return state

    def fall(self, state, on):
        """A level and its quiet are those of the version that judged the last report that counted."""
        while state["level"]:
            date = self.falls(state["level"], state["quiet_from"], state["rules"])
            if date is None or date > on:
                return
            state.update(level=state["level"] - 1, since=date, quiet_from=date, start=None)

    def report(self, state, entry):
        on = day(entry["on"])
        rules = self.rules_of(on)
        point = self.point(on)                          # a condition holds for a date: all of that day is known
        judged = point.attributes(entry)
        if "counts" in rules and judged.judge(rules["counts"]) is not True:
            return
        state["quiet_from"] = on
        if state["level"] <= len(rules["levels"]):
            state["rules"] = rules
        if self.relapse(on) is not False:
            return
        levels, level = rules["levels"], state["level"]
        reached = level
        if level < len(levels) and judged.judge(levels[level]["enter"]) is True:
            reached = level + 1
        for number in range(level + 1, len(levels) + 1):
            if "at_once" in levels[number - 1] and judged.judge(levels[number - 1]["at_once"]) is True:
                reached = number
        if reached > level:
            state.update(level=reached, since=on, start=entry, rules=rules)
