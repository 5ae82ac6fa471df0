"""One day on which conditions are judged: the facts that are known, the events up to then, and every name."""
import decimal
import json

import condition
from condition import Unknown, is_unknown, together
from functions import FUNCTIONS
from terms import day

PARSED = {}


def parsed(text):
    if text not in PARSED:
        PARSED[text] = condition.parse(text)
    return PARSED[text]


def typed(value, declared):
    kind = declared.get("type")
    if kind == "date":
        return day(value)
    return decimal.Decimal(str(value)) if kind == "money" else value


def in_order(events):
    """By date, then time (without one: after those with one), then content; the same event twice counts once."""
    from terms import moment
    found = {json.dumps(entry, sort_keys=True, separators=(",", ":")): entry for entry in events}
    return [entry for _, entry in sorted(
        found.items(), key=lambda item: (item[1]["on"], "at" not in item[1], moment(day(item[1]["on"]), item[1].get("at")), item[0]))]


class Case:
    """A case as it is known on the date decided for."""

    def __init__(self, rules, data, on):
        self.rules, self.decided = rules, on
        self.facts = {}
        for name, given in data.get("facts", {}).items():
            given = given if isinstance(given, dict) else {"value": given}
            if "on" not in given or day(given["on"]) <= on:
                self.facts[name] = typed(given["value"], rules.facts[name])
        self.events = [entry for entry in in_order(data.get("events", [])) if day(entry["on"]) <= on]


class Point:
    """`events` are those up to `on`; `covenant` is the version whose names hold; `section` answers section names."""

    def __init__(self, case, covenant, on, sections, events=None):
        self.case, self.covenant, self.on, self.sections = case, covenant, on, sections
        self.events = [entry for entry in (case.events if events is None else events) if day(entry["on"]) <= on]
        self.known = {}

    def of(self, event):
        return [entry for entry in self.events if entry["event"] == event]

    def attributes(self, entry):
        """The same day, with the attributes of an event as names."""
        return Attributes(self, entry)

    def judge(self, text):
        """A condition as written; nothing written is true."""
        return condition.evaluate(parsed(text), self)

    # names

    def symbol(self, name):
        if name == "on":
            return self.on
        if name not in self.known:
            self.known[name] = self.find(name)
        return self.known[name]

    def find(self, name):
        if name in self.sections.NAMES:
            return self.sections.name(self, name)
        if name in self.case.rules.facts:
            return self.case.facts.get(name, Unknown(("fact", name)))
        return self.derive(self.derived(name))

    def derived(self, name):
        return {**self.case.rules.derived, **self.covenant.data.get("derived", {})}.get(name)

    def happened(self, event):
        return bool(self.of(event))

    def due(self, identity):
        found = self.sections.deadline(self, identity)
        if not found:
            return Unknown(("failed", identity))        # it does not apply
        return found["due_day"] if "due_day" in found else Unknown(*found["open"].causes)

    def missed(self, identity):
        found = self.sections.deadline(self, identity)
        if found and found["status"] == "undetermined":
            return Unknown(*found["open"].causes)
        return bool(found and found["missed"])

    # derived names

    def derive(self, rule):
        if "of" in rule:
            return self.judge(rule["of"])
        if "lua" in rule:
            return self.call(rule)
        event = rule.get("count") or rule.get("first") or rule.get("last")
        entries = self.of(event)
        if "since" in rule:
            since = self.date_of(rule["since"])
            if is_unknown(since):
                return since
            entries = [entry for entry in entries if day(entry["on"]) >= since]
        if "within" in rule:
            entries = [entry for entry in entries if self.case.rules.calendar.end(day(entry["on"]), rule["within"]) > self.on]
        holds = [True if "where" not in rule else self.attributes(entry).judge(rule["where"]) for entry in entries]
        if "count" in rule:
            open_ones = [value for value in holds if is_unknown(value)]
            return together(*open_ones) if open_ones else sum(value is True for value in holds)
        pairs = list(zip(entries, holds))
        for entry, value in pairs if "first" in rule else reversed(pairs):
            if is_unknown(value):
                return value
            if value:
                return self.taken(entry, rule)
        return Unknown(("event", event))

    def taken(self, entry, rule):
        if "take" not in rule:
            return day(entry["on"])
        if rule["take"] not in entry:
            return Unknown(("event", entry["event"]))
        return typed(entry[rule["take"]], self.case.rules.events[entry["event"]]["attributes"][rule["take"]])

    def call(self, rule):
        values = [self.argument(argument) for argument in rule.get("args", [])]
        if any(is_unknown(value) for value in values):
            return together(*values)
        try:
            return FUNCTIONS[rule["lua"]](*values)
        except ValueError as error:
            return Unknown(("failed", str(error)))

    def argument(self, argument):
        if argument in self.case.rules.events:
            return self.of(argument)
        named = argument in self.sections.NAMES or argument in self.case.rules.facts or self.derived(argument)
        return self.symbol(argument) if named or argument == "on" else argument

    # anchors: an event, a date name, or a deadline's id

    def date_of(self, anchor):
        """Its last day, or unknown."""
        dates = self.dates_of(anchor)
        return dates if is_unknown(dates) else dates[-1]

    def dates_of(self, anchor):
        if anchor in self.case.rules.events:
            entries = self.of(anchor)
            return [day(entry["on"]) for entry in entries] or Unknown(("event", anchor))
        if self.sections.is_deadline(self, anchor):
            due = self.due(anchor)
            return due if is_unknown(due) else [due]
        value = self.symbol(anchor)
        return value if is_unknown(value) else [value]


class Attributes(Point):
    def __init__(self, point, entry):
        super().__init__(point.case, point.covenant, point.on, point.sections, point.events)
        self.known, self.entry, self.outer = point.known, entry, point
        self.declared = point.case.rules.events[entry["event"]].get("attributes", {})

    def symbol(self, name):
        if name == "event_date":
            return day(self.entry["on"])
        if name in self.declared:
            if name not in self.entry:
                return Unknown(("event", self.entry["event"]))
            return typed(self.entry[name], self.declared[name])
        return self.outer.symbol(name)

    def find(self, name):
        return self.outer.find(name)
