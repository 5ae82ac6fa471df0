"""Random cases: facts stated or not, events in any order and number, on days where something may turn."""
import datetime
import random

from terms import AMSTERDAM, DAY, Term

FIRST, LAST = datetime.date(2021, 1, 1), datetime.date(2024, 12, 31)
TERMS = [Term(text) for text in ("P0D", "P1D", "P2D", "P3D", "P5D", "P10D", "P13D", "P14D", "P15D", "P1M", "P6W", "P8W",
                                 "P3M", "P6M", "P1Y", "P2Y")]
# Days on which a calendar, a clock or a covenant turns.
EDGES = ["2021-10-01", "2021-12-24", "2021-12-31", "2022-04-14", "2022-05-25", "2022-06-30", "2022-07-01", "2022-12-31",
         "2023-01-01", "2023-03-25", "2023-03-26", "2023-04-28", "2023-10-28", "2023-10-29", "2024-02-29", "2024-03-29",
         "2024-03-30", "2024-03-31", "2024-06-30", "2024-07-01", "2024-08-31", "2024-10-26", "2024-10-27", "2024-11-30",
         "2024-12-27", "2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25"]


class Maker:
    """Cases for one region. Events that its covenant speaks of come often, and reports of nuisance most of all."""

    def __init__(self, rules, region, seed):
        self.rules, self.region_name, self.random = rules, region, random.Random(seed)
        written = [covenant.data for covenant in rules.region]
        told = str(written)
        self.kinds = sorted({kind for data in written for kind in data.get("contracts", {}).get("kinds", {})}) or ["regulier"]
        self.phases = sorted({rule["phase"] for data in written for rule in data.get("support", {}).get("phases", [])}) + ["ended"]
        waived = {rule for data in written for one in data.get("eligibility", {}).get("exceptions", []) for rule in one["waives"]}
        self.texts = {"waives": sorted(waived) + ["E1"], "by": ["municipality", "care_provider", "housing_corporation", "client"],
                      "kind": self.kinds, "phase": self.phases}
        self.names = list(rules.events)
        often = {"nuisance_reported": 5}
        self.weights = [often.get(name, 1.5 if name in told else 0.1) for name in self.names]
        self.facts_told = [name for name in rules.facts if name in told or name in ("birth_date", "lease_end")]

    def date(self, known):
        """Often a term away from a day that is there already, give or take a day."""
        pick = self.random.random()
        if known and pick < 0.55:
            date = self.random.choice(TERMS).after(self.random.choice(known), self.random.choice((1, 1, 1, -1)))
            date += self.random.choice((0, 0, 0, 1, -1)) * DAY
        elif pick < 0.7:
            return datetime.date.fromisoformat(self.random.choice(EDGES))
        else:
            date = FIRST + self.random.randrange((LAST - FIRST).days + 1) * DAY
        return min(max(date, FIRST), LAST)

    def value(self, declared, known, name=None):
        choice = self.random
        if name in self.texts and declared.get("type") == "text":
            return choice.choice(self.texts[name])
        if "one_of" in declared:
            return choice.choice(declared["one_of"])
        return {"boolean": lambda: choice.random() < 0.6, "integer": lambda: choice.randrange(0, 8),
                "money": lambda: choice.choice((0, 450.5, 1450, 1450.01, 2000.25)),
                "date": lambda: self.date(known).isoformat(), "text": lambda: choice.choice(("a", "b"))}[declared["type"]]()

    def facts(self, known):
        stated, facts = self.random.choice((0.2, 0.6, 0.9)), {}
        for name, declared in self.rules.facts.items():
            if name not in self.facts_told and self.random.random() < 0.8:
                continue
            if self.random.random() > stated:
                continue
            facts[name] = self.value(declared, known)
            if declared.get("type") == "date" and name == "birth_date":
                facts[name] = (self.date(known) - self.random.randrange(6000, 9000) * DAY).isoformat()
            if self.random.random() < 0.15:
                facts[name] = {"value": facts[name], "by": "client", "on": self.date(known).isoformat()}
        return facts

    def event(self, known):
        name = self.random.choices(self.names, self.weights)[0]
        on = self.date(known)
        entry = {"event": name, "on": on.isoformat()}
        for attribute, declared in self.rules.events[name].get("attributes", {}).items():
            if declared.get("optional") == "true" and self.random.random() < 0.6:
                continue
            entry[attribute] = self.value(declared, known, attribute)
        if self.random.random() < 0.3:
            entry["at"] = self.time(on)
        if self.random.random() < 0.1:
            entry["ref"] = self.random.choice(("one", "two"))
        return entry

    def time(self, on):
        clock = datetime.time(self.random.randrange(24), self.random.choice((0, 0, 30, 59)))
        moment = datetime.datetime.combine(on, clock, AMSTERDAM)
        moment = moment.astimezone(datetime.timezone.utc).astimezone(AMSTERDAM)      # the hour that spring skips
        elsewhere = moment.astimezone(datetime.timezone.utc)
        if self.random.random() < 0.2 and elsewhere.date() == on:
            return elsewhere.strftime("%Y-%m-%dT%H:%M:%SZ")
        return moment.isoformat()

    def case(self, number):
        known, events = [], []
        for _ in range(self.random.choice((0, 1, 3, 6, 12, 24, 40))):
            events.append(self.event(known))
            known.append(datetime.date.fromisoformat(events[-1]["on"]))
            if self.random.random() < 0.02:
                events.append(dict(events[-1]))
        self.random.shuffle(events)
        return {"case": f"case-{number}", "region": self.region_name, "facts": self.facts(known), "events": events}, known
