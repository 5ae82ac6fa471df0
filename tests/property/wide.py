"""Covenants with every section, over the small ones of covenants.py: who may see which fact, texts with `{fact}` in them,
terms that start on a fact, functions, a ladder, support, advice, conversions, a profile, a journey, guarantees, several
versions. Conditions may also read the names that sections give, without circles.
"""
import covenants
from covenants import DAY, Condition, Name

ROLES = ["client", "municipality", "housing_corporation", "care_provider"]
SECTIONS = ["eligibility", "support", "deadlines", "contract", "nuisance", "housing", "journey", "next_steps"]
KINDS = ["omklap", "driepartijen", "regulier"]
PHASES = ["intensive", "middle", "waakvlam"]
NAMES = {"eligible": ["eligible", "not eligible"], "nuisance_level": ["nuisance_level == 0", "nuisance_level >= 1"],
         "stage": ['stage == "begun"', 'stage ~= "housed"']}
OF_EVENTS = ['support_phase == "intensive"', "phase_started < on", 'contract_kind == "omklap"',
             'add(contract_since, "P3M") <= on', "happened(e1)"]
# Values that stand nowhere else: they may not come out for who may not see them.
MARKERS = {"integer": 918273, "money": 9182735, "text": "qzxwvk", "date": "1987-06-05"}
EVENTS = {
    "nuisance_reported": {"severity": {"one_of": ["minor", "serious", "severe"]},
                          "reporter": {"one_of": ["named", "anonymous"]}},
    "relapse_reported": {}, "warning_given": {},
    "support_started": {"phase": {"type": "text"}}, "support_phase_changed": {"phase": {"type": "text"}},
    "contract_advised": {"kind": {"type": "text"}}, "contract_converted": {}, "lease_ended": {},
    "conversion_approved": {"by": {"one_of": ROLES}},
    "conversion_refused": {"by": {"one_of": ROLES}, "because": {"type": "text"}},
}


class Wide(covenants.Covenant):
    extra = ()

    def __init__(self, random):
        super().__init__(random, "exact")
        self.facts["lease_end"] = Name("lease_end", "date")
        self.facts["t1"] = Name("t1", "text")
        self.offered = list(dict.fromkeys(self.offered + [self.facts["lease_end"], self.facts["d0"], self.facts["b0"]]))
        self.visible = {name: random.sample(ROLES[1:], random.choice([0, 0, 1, 1, 2, 3])) for name in self.facts}
        self.order = random.sample(list(NAMES), len(NAMES))
        self.number = 0
        # The conversion is made anew below, and eligibility with the names that come before it.
        self.names_for("eligible")
        self.requirements = [self.make_requirement(f"R{i}") for i in range(random.randint(1, 3))]
        self.exceptions = [self.make_exception(f"X{i}") for i in range(random.choice([0, 1, 2]))]
        self.later = random.random() < 0.4
        self.later_from = self.on + random.randint(-60, 90) * DAY
        self.moves = random.random() < 0.7

    def make_deep(self):
        """Nothing: ladders, stages and counts are made below."""

    def names_for(self, name):
        before = self.order[:self.order.index(name)] if name else self.order
        self.extra = [text for one in before for text in NAMES[one]] + OF_EVENTS
        if not name:
            self.extra += ["missed(L1)", "missed(D2)", "due(D3) < on"]

    def atom(self):
        if self.extra and self.random.random() < 0.12:
            return Condition(self.random.choice(self.extra), simple=True)
        return super().atom()

    def chance(self, probability):
        return self.random.random() < probability

    def some(self, make, most, least=0):
        return [make() for _ in range(self.random.randint(least, most))]

    # ---- texts and rules ----

    def says(self, name, names=None):
        text = "Proef " + name
        if self.chance(0.12):
            names = names or [one.name for one in self.named()] + list(self.defined)
            text += " met {" + self.random.choice(names) + "}"
        return {"nl": text, **({"en": text + "!"} if self.chance(0.3) else {})}

    def rule(self, name, **keys):
        return {"id": name, "says": self.says(name), "source": "guess" if self.chance(0.3) else "text", **keys}

    def fresh(self, letter):
        self.number += 1
        return f"{letter}{self.number}"

    def action(self, letter, **keys):
        made = {"id": self.fresh(letter), "who": self.random.choice(ROLES[1:]), "does": self.says("doe"), **keys}
        if "before" not in made and self.chance(0.5):
            made["within"] = self.random.choice(["P7D", "PT24H", "P1M"])
        if self.chance(0.3):
            made["done_by"] = "e1"
        return made

    def when(self, depth=1):
        return self.condition(depth).text

    def written_requirements(self, requirements):
        return [self.rule(name, **({"applies": applies.text} if applies else {}), require=require.text,
                          **({"otherwise": self.action("a")} if self.chance(0.4) else {}))
                for name, applies, require in requirements]

    def requirement(self, letter):
        return self.make_requirement(self.fresh(letter))

    # ---- sections ----

    def deadlines(self):
        self.names_for(None)
        dates = [one.name for one in self.named() if one.kind == "date"] + ["contract_since", "phase_started"]
        self.extra = [text for name in NAMES for text in NAMES[name]] + OF_EVENTS
        made = [self.rule("L1", owner="municipality", starts="e2", limit="P1M", met_by="e1"),
                self.rule("D2", owner=self.random.choice(ROLES), starts=self.random.choice(dates), limit="P2M",
                          **({"target": self.random.choice(["P1M", "silent(O1)"])} if self.chance(0.5) else {}),
                          **({"applies": self.when()} if self.chance(0.5) else {}), met_by=["e1", "warning_given"]),
                self.rule("D3", owner="municipality", starts=self.random.choice(["D2", "e0"] + dates),
                          limit=self.random.choice(["5 working days", "PT48H", "P3W"]), met_by="e1")]
        if self.chance(0.5):
            made[0]["paused"] = [{"from": "relapse_reported", "until": self.random.choice(dates)}]
        if self.chance(0.5):
            made[1]["when_missed"] = self.action("a")
        return made

    def eligibility(self):
        self.names_for("eligible")
        made = {"requirements": self.written_requirements(self.requirements),
                "exceptions": [self.rule(name, waives=waives,
                                         **({"when": when.text} if when else {"by_hardship": "municipality"}))
                               for name, waives, when in self.exceptions]}
        self.names_for(None)
        self.extra = [text for text in self.extra if "eligible" not in text]
        made["conditions"] = self.written_requirements(self.some(lambda: self.requirement("C"), 2))
        return made

    def support(self):
        self.names_for(None)
        phases = [self.rule(f"P{i}", phase=phase, **({"hours_per_month": {"min": 8 - i}} if self.chance(0.5) else {}))
                  for i, phase in enumerate(PHASES)]
        steps = []
        for _ in range(self.random.randint(0, 3)):
            start, end = self.random.sample(range(3), 2)
            steps.append(self.rule(self.fresh("S"), **{"from": PHASES[start]},
                                   to="ended" if start == 2 else PHASES[end], require=self.when(),
                                   **({"after": "P3M"} if (end > start or start == 2) and self.chance(0.4) else {})))
        made = {"phases": phases, "steps": steps,
                "refusal": self.some(lambda: self.rule(self.fresh("S"), when=self.when(), outcome=self.random.choice(
                    ["breach", "ends_participation"])), 2)}
        if self.chance(0.8):
            made["mandatory"] = self.rule(self.fresh("S"), when="true" if self.chance(0.3) else self.when())
            made["mandatory"]["when"] = True if made["mandatory"]["when"] == "true" else made["mandatory"]["when"]
        if self.chance(0.5):
            made["minimum"] = self.rule(self.fresh("S"), term="P6M")
        return {key: value for key, value in made.items() if value}

    def conversion_made(self):
        made = self.rule(self.fresh("K"), **{"from": self.random.choice(["omklap", "omklap", "driepartijen"])},
                         to="regulier", after=self.conversion_after, default=self.random.choice(["stay", "convert"]),
                         requirements=self.written_requirements(self.some(lambda: self.requirement("K"), 2, 1)))
        if self.chance(0.5):
            made["approved_by"] = self.random.sample(ROLES[1:], 2)
        if self.chance(0.5):
            made["otherwise"] = self.action("a", **({"before": "W1"} if self.chance(0.4) else {}))
        if self.chance(0.3):
            made["paused"] = [{"from": "relapse_reported", "until": self.random.choice(["e1", "d0"])}]
        return made

    def contracts(self):
        self.names_for(None)
        kinds = {kind: {"tenant": "client", "says": self.says(kind), "source": "text",
                        **({"applies": self.when()} if self.chance(0.3) else {})} for kind in KINDS}
        kinds["driepartijen"]["fixed_term"] = "P1Y"
        made = {"kinds": kinds, "advised_by": "care_provider", "source": "text",
                "advice": self.some(lambda: self.rule(self.fresh("A"), kind=self.random.choice(KINDS), when=self.when()), 2),
                "conversions": self.some(self.conversion_made, 3, 1)}
        return {key: value for key, value in made.items() if value}

    def nuisance(self):
        self.names_for("nuisance_level")
        enter = lambda: self.random.choice(["reports >= 1", "reports >= 2", 'severity == "severe"', self.when()])
        levels = [self.rule(f"N{i}", enter=enter(), quiet=self.random.choice(["P1M", "P3M"]),
                            **({"at_once": enter()} if self.chance(0.3) else {}),
                            actions=self.some(lambda: self.action("a"), 1)) for i in range(1, self.random.randint(2, 3))]
        made = {"levels": levels, "source": "text",
                **({"governed_by": "event"} if self.chance(0.6) else {}),
                **({"counts": self.random.choice(['reporter ~= "anonymous"', self.when()])} if self.chance(0.5) else {})}
        if self.chance(0.6):
            made["relapse"] = self.rule("N9", when=self.random.choice(["relapses > 0", self.when()]),
                                        actions=self.some(lambda: self.action("a"), 1))
        self.names_for(None)
        if self.chance(0.6):
            made["before_termination"] = self.written_requirements(self.some(lambda: self.requirement("T"), 2, 1))
        return made

    def housing(self):
        self.names_for(None)
        advise = [{"rooms_max": 2}, {"rooms_max": 3, "garden": False}, {"rooms_min": 3}, {"kind": {"fact": "t1"}},
                  {"rooms_max": {"fact": "i0"}}, {"garden": True}, {"from": {"fact": "d0"}}]
        return self.some(lambda: self.rule(self.fresh("H"), when=self.when(), advise=self.random.choice(advise)), 3, 1)

    def journey(self):
        self.names_for("stage")
        return [self.rule(f"J{i}", stage=stage, when=self.when(),
                          **({"then": [self.action("a")]} if self.chance(0.5) else {}))
                for i, stage in enumerate(["begun", "matched", "housed"])]

    def guarantees(self):
        self.names_for(None)
        return self.some(lambda: self.rule(self.fresh("G"), never=self.when(),
                                           about=self.random.sample(SECTIONS[:-1], self.random.choice([1, 1, 2]))), 2)

    # ---- a version ----

    def version(self, region, version, from_day, until):
        derived = {name: one.declared for name, one in self.derived.items()}
        derived.update({name: {**made[0], "type": made[1]} for name, made in self.defined.items()})
        derived["reports"] = {"count": "nuisance_reported", "within": "P3M"}
        derived["relapses"] = {"count": "relapse_reported", "within": "P1M"}
        parts = {"eligibility": self.eligibility(), "support": self.support(), "deadlines": self.deadlines(),
                 "contracts": self.contracts(), "nuisance": self.nuisance(), "housing": self.housing(),
                 "journey": self.journey(), "guarantees": self.guarantees()}
        kept = {key: part for key, part in parts.items() if key in ("eligibility", "support", "deadlines", "contracts", "nuisance",
                                                                     "journey") or (part and self.chance(0.8))}
        lua = {"functions": region + ".lua"} if any("lua" in one.declared for one in self.derived.values()) else {}
        return {"covenant": region, "version": version, "title": {"nl": "Proef"},
                "in_force": {"from": from_day.isoformat(), **({"until": until.isoformat()} if until else {}), "source": "text"},
                **({"ongoing_cases": "move"} if version == "2" and self.moves else {}),
                "sources": {"text": {"title": "De tekst", "kind": "publication"},
                            "guess": {"title": "Nergens gevonden", "kind": "assumption"}},
                "include": ["W1"], **lua, "derived": derived, **kept, "silent": [self.rule("O1")]}

    def national(self):
        national = super().national()
        vocabulary = national["vocabulary"]
        national["law"]["deadlines"] = [
            {"id": "W1", "says": self.says("W1", list(self.facts)), "source": "law", "owner": "municipality",
             "counts_back_from": self.random.choice(["lease_end", "d0"]), "opens": "P3M", "closes": "P1M",
             "met_by": "warning_given", **({"when_passed": self.says("de huur loopt door", list(self.facts))} if self.chance(0.7) else {})}]
        vocabulary["roles"] = {role: {"label": {"nl": role}} for role in ROLES}
        for name, fact in vocabulary["facts"].items():
            fact["visible_to"] = self.visible[name]
            if self.chance(0.2):
                fact["ask"] = {"nl": "Wat is {" + self.random.choice(list(self.facts)) + "}?"}
            if self.chance(0.5):
                fact["stated_by"] = [self.random.choice(ROLES)]
        vocabulary["events"].update({name: {"label": {"nl": name}, **({"attributes": attributes} if attributes else {})}
                                     for name, attributes in EVENTS.items()})
        return national

    def write(self, folder):
        for name, content in self.national().items():
            covenants.put(folder, f"national/{name}.yaml", f"../../schemas/{name}.json", content)
        until = self.later_from - DAY if self.later else None
        versions = {"1": self.version("plain", "1", self.from_day, until)}
        if self.later:
            self.names_for("eligible")
            self.requirements = [self.make_requirement(name) for name, _, _ in self.requirements]
            versions["2"] = self.version("plain", "2", self.later_from, None)
        for version, content in versions.items():
            covenants.put(folder, f"plain/{version}/covenant.yaml", "../../../schemas/covenant.json", content)
            if "functions" in content:
                with open(f"{folder}/plain/{version}/plain.lua", "w", encoding="utf-8") as file:
                    file.write("function echo(x) return x end\n")

    # ---- cases ----

    def events(self):
        random, made = self.random, []

        def add(event, chance, **more):
            if random.random() < chance:
                day = max(self.on - random.choice([0, 1, 14, 20, 31, 95, 200, 380]) * DAY, self.from_day)
                made.append({"event": event, "on": day.isoformat(), **more})

        for event in ("e1", "e2", "relapse_reported", "warning_given"):
            add(event, 0.35)
        for _ in range(2):
            add("e0", 0.4, grade=random.choice(["good", "fair", "poor"]), amount=random.randint(0, 5), flag=random.random() < 0.5)
        for _ in range(3):
            add("nuisance_reported", 0.5, severity=random.choice(["minor", "severe"]),
                reporter=random.choice(["named", "anonymous"]))
        add("contract_signed", 0.7, kind=random.choice(["omklap", "omklap", "driepartijen"]))
        add("contract_advised", 0.2, kind="omklap")
        add("contract_converted", 0.1)
        add("support_started", 0.7, phase=random.choice(PHASES))
        add("support_phase_changed", 0.3, phase=random.choice(PHASES))
        add("conversion_approved", 0.2, by=random.choice(ROLES))
        add("conversion_refused", 0.1, by=random.choice(ROLES), because="nee")
        for _, waives, when in self.exceptions:
            add("hardship_granted", 0 if when else 0.4, waives=waives[0], by="municipality", because="schrijnend")
        return list({str(event): event for event in made}.values())

    def stated(self, fact, random):
        """A value as a case states it, or None: mostly where a condition turns, sometimes one that stands nowhere else."""
        if random.random() < 0.3:
            return None
        if fact.kind in MARKERS and random.random() < 0.35:
            value = MARKERS[fact.kind]
            written = fact.written(value) if fact.kind != "date" else value
        else:
            written = fact.written(random.choice(fact.values(self.on)))
        return written


def add_who(value, role, random):
    """The same, said by somebody who is not `role`, or by nobody in particular."""
    others = [one for one in ROLES if one != role]
    return value if random.random() < 0.6 else {"value": value, "by": random.choice(others)}
