"""Random small covenants: what the language has, written as rule files; and partial cases for them.

Every covenant is written twice, as the region `plain` and as the region `twin`. In the twin each name that comes from
events, or from a function, is a fact: so a case can be completed with any value of it, and the engine itself says
what comes of that. Nothing here knows how the engine decides: only, for each name, a set of values that has one in
every range between the places where a condition can turn.
"""
import calendar
import datetime
import itertools
import json
import os
import re

DAY = datetime.timedelta(days=1)
CHOICES = ["x", "y", "z"]
OTHER_TEXT = "something else"
COMPARISONS = ["==", "~=", "<", "<=", ">", ">="]


def add_months(date, months):
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))


def add_term(date, term):
    count, unit = int(term[1:-1]), term[-1]
    if unit == "D":
        return date + count * DAY
    return add_months(date, count * (12 if unit == "Y" else 1))


class Name:
    """A fact, or in the twin something that is one there. `points(on)` are the places where a condition can turn."""

    def __init__(self, name, kind, choices=None):
        self.name, self.kind, self.choices, self.makers = name, kind, choices, []

    def turns_at(self, maker):
        self.makers.append(maker)

    def values(self, on, more=()):
        if self.kind == "boolean":
            return [False, True]
        if self.kind == "one_of":
            return list(self.choices)
        points = {point for maker in self.makers for point in maker(on)} | set(more)
        if self.kind == "text":
            return sorted(points | {OTHER_TEXT})
        if self.kind == "date":
            points = points or {on}
            near = {point + step * DAY for point in points for step in (-1, 0, 1)}
            return sorted(near | {min(near) - 400 * DAY, max(near) + 400 * DAY})
        points = points or {0}
        near = {point + step for point in points for step in (-1, 0, 1)}
        return sorted(near | {min(near) - 700, max(near) + 700})

    def written(self, value):
        """As a case states it; money is kept here in cents."""
        if self.kind == "date":
            return value.isoformat()
        if self.kind == "money":
            return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02}"
        return value

    def declared(self):
        shape = {"one_of": self.choices} if self.kind == "one_of" else {"type": self.kind}
        return {**shape, "label": {"nl": "Proef " + self.name}}


class Condition:
    """Text, and the names it reads in the order it reads them, through definitions."""

    def __init__(self, text, names=(), marks=(), crossed=(), simple=False):
        self.text, self.names, self.simple = text, list(dict.fromkeys(names)), simple
        self.marks, self.crossed = set(marks), set(crossed)

    def joined(self, other, text):
        return Condition(text, self.names + other.names, self.marks | other.marks, self.crossed | other.crossed)

    def inside(self):
        return self.text if self.simple else f"({self.text})"


class Derived:
    """A name from events or a function; `cause` tells what is missing when it is not known."""

    def __init__(self, name, declared, kind, choices=None):
        self.name, self.declared, self.kind, self.choices = name, declared, kind, choices
        self.where = self.within = self.since = self.event = self.take = None


EVENTS = {
    "e0": {"grade": {"one_of": ["good", "fair", "poor"]}, "amount": {"type": "integer"}, "flag": {"type": "boolean"}},
    "e1": {}, "e2": {},
}


class Covenant:
    def __init__(self, random, profile):
        self.random, self.profile = random, profile
        self.from_day = datetime.date(2021, 1, 1)
        self.on = datetime.date(2022, random.randint(1, 12), random.randint(1, 28))
        facts = [Name("b0", "boolean"), Name("b1", "boolean"), Name("b2", "boolean"), Name("c0", "one_of", CHOICES),
                 Name("c1", "one_of", CHOICES), Name("i0", "integer"), Name("i1", "integer"), Name("m0", "money"),
                 Name("d0", "date"), Name("d1", "date"), Name("t0", "text")]
        self.facts = {fact.name: fact for fact in facts}
        self.offered = random.sample(facts, random.randint(2, 5 if profile == "flip" else 6))
        self.derived, self.twins, self.defined = {}, {}, {}
        if profile != "flip":
            for _ in range(random.choice([0, 0, 1, 2, 3])):
                self.make_derived()
        for i in range(random.choice([0, 0, 1, 2])):
            self.make_defined(f"o{i}")
        self.requirements = [self.make_requirement(f"R{i}") for i in range(random.randint(1, 4))]
        self.exceptions = [self.make_exception(f"X{i}") for i in range(random.choice([0, 0, 0, 1, 2]))]
        self.conversion = [self.make_requirement(f"K{i}") for i in range(random.randint(1, 3))]
        self.conversion_after = random.choice(["P1M", "P6M", "P1Y"])
        self.convert = random.random() < 0.4
        self.later = None
        if random.random() < 0.25:
            self.later = [self.make_requirement(f"R{i}") for i in range(random.randint(1, 2))]
            self.later_from = self.on + random.randint(1, 90) * DAY

    # ---- names ----

    def make_derived(self):
        random = self.random
        kind = random.choice(["count", "count", "first", "last", "take", "lua"])
        name = f"v{len(self.derived)}"
        if kind == "lua":
            fact = random.choice(list(self.facts.values())[:3])
            derived = Derived(name, {"lua": "echo", "args": [fact.name], "type": "boolean"}, "boolean")
            derived.argument = fact.name
        else:
            event = random.choice(["e0", "e1"]) if kind != "take" else "e0"
            declared = {{"count": "count", "first": "first"}.get(kind, "last"): event}
            choices = None
            type_ = {"count": "integer"}.get(kind, "date")
            take = None
            if kind == "take":
                take = random.choice(["grade", "amount", "flag"])
                declared["take"] = take
                choices = EVENTS["e0"][take].get("one_of")
                type_ = "one_of" if choices else EVENTS["e0"][take]["type"]
            derived = Derived(name, declared, type_, choices)
            derived.event, derived.take, derived.order = event, take, "first" if kind == "first" else "last"
            derived.counts = kind == "count"
            if event == "e0" and random.random() < 0.4:
                text, derived.where = random.choice([
                    ('grade ~= "poor"', lambda e: e["grade"] != "poor"), ("flag", lambda e: e["flag"]),
                    ("amount >= 3", lambda e: e["amount"] >= 3)])
                declared["where"] = text
            if random.random() < 0.5:
                derived.within = declared["within"] = random.choice(["P14D", "P1M", "P6M"])
            if random.random() < 0.25:
                derived.since = declared["since"] = "e2"
        self.derived[name] = derived
        self.twins[name] = Name(name, derived.kind, derived.choices)

    def make_defined(self, name):
        kind = self.random.choice(["boolean", "integer", "date"])
        if kind == "boolean":
            condition = self.condition(1)
            self.defined[name] = ({"of": condition.text}, "boolean", condition)
            return
        base = [one for one in self.named() if one.kind == ("integer" if kind == "integer" else "date")]
        if not base:
            return
        one = self.random.choice(base)
        if kind == "integer":
            add = self.random.randint(1, 3)
            self.defined[name] = ({"of": f"{one.name} + {add}"}, "integer", (one, add))
        else:
            term = self.random.choice(["P1M", "P6M", "P1Y"])
            self.defined[name] = ({"of": f'add({one.name}, "{term}")'}, "date", (one, term))

    def named(self):
        return self.offered + list(self.twins.values())

    # ---- conditions ----

    def condition(self, depth):
        random = self.random
        if depth == 0 or random.random() < 0.35:
            return self.atom()
        word = random.choice(["and", "or"])
        parts = [self.condition(depth - 1) for _ in range(random.choice([2, 2, 3]))]
        whole = parts[0]
        for part in parts[1:]:
            whole = whole.joined(part, f"{whole.text if whole is not parts[0] else whole.inside()} {word} {part.inside()}")
        return whole

    def atom(self):
        random = self.random
        dice = random.random()
        if dice < 0.05:
            return Condition("silent(O1)", marks=["silent"], simple=True)
        if dice < 0.09:
            return Condition("happened(e1)", simple=True)
        if dice < 0.17:
            return self.about_time()
        if dice < 0.20 and self.profile == "time":
            return Condition("missed(L1)", marks=["due"], simple=True)
        if dice < 0.30 and self.defined:
            return self.of_defined(random.choice(list(self.defined)))
        return self.of_name(random.choice(self.named()))

    def about_time(self):
        day = self.on + self.random.randint(-40, 120) * DAY
        return Condition(f'on {self.random.choice([">=", "<", ">", "<="])} "{day}"')

    def of_defined(self, name):
        _, kind, made = self.defined[name]
        if kind == "boolean":
            return Condition(name if self.random.random() < 0.7 else f"not {name}", made.names, made.marks, made.crossed,
                             simple=True)
        one, by = made
        if kind == "integer":
            limit = self.random.randint(0, 6)
            one.turns_at(lambda on: {limit - by})
            return Condition(f"{name} {self.random.choice(COMPARISONS)} {limit}", [one.name])
        one.turns_at(lambda on: {add_term(on, "P-" + by[1:]) + step * DAY for step in range(-3, 4)})
        return Condition(f"{name} {self.random.choice(COMPARISONS)} on", [one.name])

    def of_name(self, one):
        return getattr(self, "of_" + one.kind)(one)

    def of_boolean(self, one):
        text = self.random.choice(["{0}", "{0}", "not {0}", "{0} == true", "{0} ~= true"]).format(one.name)
        return Condition(text, [one.name], simple=text == one.name)

    def of_one_of(self, one):
        some = self.random.sample(one.choices, 2)
        text = self.random.choice(['{0} == "{1}"', '{0} ~= "{1}"', 'one_of({0}, "{1}", "{2}")'])
        return Condition(text.format(one.name, *some), [one.name])

    def of_text(self, one):
        word = self.random.choice(["abc", "abd", "b"])
        one.turns_at(lambda on: {word})
        return Condition(f'{one.name} {self.random.choice(["==", "~="])} "{word}"', [one.name])

    def of_integer(self, one):
        random, limit, sign = self.random, self.random.randint(0, 6), self.random.choice(COMPARISONS)
        other = [fact for fact in self.offered if fact.kind == "integer" and fact is not one]
        if other and random.random() < 0.15:
            one.turns_at(lambda on: set(range(0, 8)))
            other[0].turns_at(lambda on: set(range(0, 8)))
            return Condition(f"{one.name} {sign} {other[0].name}", [one.name, other[0].name],
                             crossed=[(one.name, other[0].name)])
        form = random.choice(["{0}", "{0}", "{0} * 2", "{0} - 1", "-{0}", "min({0}, 4)", "2 * ({0} + 1)"])
        one.turns_at(lambda on: {limit, limit // 2, limit // 2 + 1, limit + 1, -limit, limit // 2 - 1, 4})
        return Condition(f"{form.format(one.name)} {sign} {limit}", [one.name])

    def of_money(self, one):
        cents = self.random.choice([0, 10000, 25050])
        form, at = self.random.choice([("{0}", [cents]), ("{0} * 2", [cents // 2, cents // 2 + 1]),
                                       ("{0} + 10.01", [cents - 1001])])
        one.turns_at(lambda on: set(at))
        limit = "0" if cents == 0 else f"{cents // 100}.{cents % 100:02}"
        return Condition(f"{form.format(one.name)} {self.random.choice(COMPARISONS)} {limit}", [one.name])

    def of_date(self, one):
        random, sign = self.random, self.random.choice(COMPARISONS)
        literal, number = self.on + random.randint(-200, 200) * DAY, random.randint(0, 7)
        other = [fact for fact in self.offered if fact.kind == "date" and fact is not one]
        if other and random.random() < 0.15:
            one.turns_at(lambda on: {on, self.on})
            other[0].turns_at(lambda on: {on, self.on})
            return Condition(f"{one.name} {sign} {other[0].name}", [one.name, other[0].name],
                             crossed=[(one.name, other[0].name)])
        around = lambda on, months: {add_months(on, months) + step * DAY for step in range(-3, 4)}
        text, maker = random.choice([
            (f"{one.name} {sign} on", lambda on: {on}),
            (f'{one.name} {sign} "{literal}"', lambda on: {literal}),
            (f"days_between({one.name}, on) {sign} {number * 9}", lambda on: {on - (number * 9 + s) * DAY for s in (-1, 0, 1)}),
            (f"months_between({one.name}, on) {sign} {number}", lambda on: around(on, -number) | around(on, -number - 1)
             | around(on, 1 - number)),
            (f"years_between({one.name}, on) {sign} {number}",
             lambda on: around(on, -12 * number) | around(on, -12 * number - 12) | around(on, 12 - 12 * number)),
            (f'add({one.name}, "P{number}M") {sign} on', lambda on: around(on, -number)),
            (f'{one.name} {sign} add(on, "P{number}M")', lambda on: around(on, number)),
            (f'min({one.name}, "{literal}") {sign} on', lambda on: {on, literal}),
        ])
        one.turns_at(maker)
        return Condition(text, [one.name])

    # ---- rules ----

    def make_requirement(self, name):
        applies = None
        if self.random.random() < 0.35:
            applies = self.condition(1)
            if self.random.random() < 0.4:
                asked = self.random.choice(self.named() + [Name(one, "") for one in self.defined])
                names = self.names_of(asked.name)
                known = Condition(self.random.choice(["known({0})", "not known({0})"]).format(asked.name), names,
                                  ["known"], simple=True)
                applies = known.joined(applies, f"{known.text} and {applies.inside()}") if self.random.random() < 0.7 else known
        return name, applies, self.condition(2)

    def names_of(self, name):
        if name not in self.defined:
            return [name]
        _, kind, made = self.defined[name]
        return made.names if kind == "boolean" else [made[0].name]

    def make_exception(self, name):
        waives = self.random.sample([one[0] for one in self.requirements], 1)
        return name, waives, None if self.random.random() < 0.4 else self.condition(1)

    def conditions(self):
        rules = self.requirements + self.conversion + (self.later or [])
        found = [condition for _, applies, require in rules for condition in (applies, require) if condition]
        return found + [when for _, _, when in self.exceptions if when]

    # ---- as rule files ----

    def rule(self, name, **keys):
        return {"id": name, "says": {"nl": "Proef " + name}, "source": "text", **keys}

    def written_requirements(self, requirements):
        return [self.rule(name, **({"applies": applies.text} if applies else {}), require=require.text)
                for name, applies, require in requirements]

    def written(self, region, version, from_day, until, requirements):
        twin = region == "twin"
        covenant = {
            "covenant": region, "version": version, "title": {"nl": "Proef"},
            "in_force": {"from": from_day.isoformat(), **({"until": until.isoformat()} if until else {}), "source": "text"},
            "sources": {"text": {"title": "De tekst", "kind": "publication"}},
            "eligibility": {
                "requirements": self.written_requirements(requirements),
                "exceptions": [self.rule(name, waives=waives, **({"when": when.text} if when else
                                                                 {"by_hardship": "municipality"}))
                               for name, waives, when in self.exceptions if waives[0] in [one[0] for one in requirements]]},
            "deadlines": [self.rule("L1", owner="municipality", starts="e2", limit="P1M", met_by="e1")],
            "contracts": {
                "kinds": {kind: {"tenant": "client", "says": {"nl": kind}, "source": "text"} for kind in ("omklap", "regulier")},
                "conversions": [self.rule("K", **{"from": "omklap"}, to="regulier", after=self.conversion_after,
                                          default="convert" if self.convert else "stay",
                                          requirements=self.written_requirements(self.conversion))]},
            "silent": [self.rule("O1")]}
        if version == "2":
            covenant["ongoing_cases"] = "move"
        derived = {name: {**made[0], "type": made[1]} for name, made in self.defined.items()}
        if twin:
            covenant["facts"] = {name: one.declared() for name, one in self.twins.items()}
        else:
            derived = {**{name: one.declared for name, one in self.derived.items()}, **derived}
            if any("lua" in one.declared for one in self.derived.values()):
                covenant["functions"] = region + ".lua"
        if derived:
            covenant["derived"] = derived
        return covenant

    def write(self, folder):
        national = {
            "vocabulary": {
                "roles": {role: {"label": {"nl": role}} for role in ("client", "municipality")},
                "facts": {name: fact.declared() for name, fact in self.facts.items()},
                "events": {
                    **{name: {"label": {"nl": name}, **({"attributes": attributes} if attributes else {})}
                       for name, attributes in EVENTS.items()},
                    "contract_signed": {"label": {"nl": "getekend"}, "attributes": {
                        "kind": {"type": "text"}, "starts": {"type": "date", "optional": True}}},
                    "hardship_granted": {"label": {"nl": "hardheid"}, "attributes": {
                        name: {"type": "text"} for name in ("waives", "by", "because")}}}},
            "calendar": {
                "sources": {"law": {"title": "De wet", "kind": "law"}},
                "holidays": {"new_year": {"says": {"nl": "nieuwjaarsdag"}, "source": "law", "month": 1, "day": 1}},
                "equated": {"known": {"from": 2020, "until": 2024}, "days": [
                    {"on": "2022-05-27", "says": {"nl": "dag na Hemelvaartsdag"}, "source": "law"}]}},
            "law": {"sources": {"law": {"title": "De wet", "kind": "law"}}, "deadlines": []}}
        for name, content in national.items():
            put(folder, f"national/{name}.yaml", f"../../schemas/{name}.json", content)
        for region in ("plain", "twin"):
            until = self.later_from - DAY if self.later else None
            put(folder, f"{region}/1/covenant.yaml", "../../../schemas/covenant.json",
                self.written(region, "1", self.from_day, until, self.requirements))
            if self.later:
                put(folder, f"{region}/2/covenant.yaml", "../../../schemas/covenant.json",
                    self.written(region, "2", self.later_from, None, self.later))
        if any("lua" in one.declared for one in self.derived.values()):
            for version in ("1", "2") if self.later else ("1",):
                with open(f"{folder}/plain/{version}/plain.lua", "w", encoding="utf-8") as file:
                    file.write("function echo(x) return x end\n")


def put(folder, path, schema, content):
    path = os.path.join(folder, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"# yaml-language-server: $schema={schema}\n")
        text = json.dumps(content, indent=1)
        file.write(re.sub(r'"args": \[\s*"(\w+)"\s*\]', r'"args": [\1]', text) + "\n")  # in quotes it would be a text


# ---- cases ----

class Case:
    """Facts stated, events that happened, and the values of what comes of them; a name without a value is unknown."""

    def __init__(self, covenant, random, ways_max):
        self.covenant, self.on = covenant, covenant.on
        self.events = []
        for event in ("e0", "e0", "e0", "e1", "e2"):
            if random.random() < 0.45:
                self.events.append(self.make_event(random, event))
        if random.random() < 0.8:
            signed = self.on - random.randint(0, 500) * DAY
            self.events.append({"event": "contract_signed", "on": max(signed, covenant.from_day), "kind": "omklap"})
        for _, waives, when in covenant.exceptions:
            if when is None and random.random() < 0.5:
                self.events.append({"event": "hardship_granted", "on": self.on - random.randint(0, 30) * DAY,
                                    "waives": waives[0], "by": random.choice(["municipality", "client", "de wethouder"]),
                                    "because": "schrijnend"})
        self.events.sort(key=lambda e: (e["on"], json.dumps(e, default=str, sort_keys=True)))
        self.events = [e for i, e in enumerate(self.events) if i == 0 or e != self.events[i - 1]]
        self.facts = {one.name: random.choice(one.values(self.on)) for one in covenant.offered if random.random() < 0.4}
        self.state_enough(random, ways_max)

    def make_event(self, random, event):
        made = {"event": event, "on": self.on - random.choice([0, 1, 13, 14, 20, 31, 100, 180, 200]) * DAY}
        if event == "e0":
            made.update(grade=random.choice(["good", "fair", "poor"]), amount=random.randint(0, 5), flag=random.random() < 0.5)
        return made

    def state_enough(self, random, ways_max):
        """States facts until what is left can be answered in at most so many ways."""
        while True:
            self.unknown = self.names_unknown()
            ways = 1
            for one in self.unknown:
                ways *= len(self.values(one))
            stateable = [one for one in self.unknown if one.name in self.covenant.facts]
            self.ways = ways
            if ways <= ways_max or not stateable:
                return
            one = random.choice(stateable)
            self.facts[one.name] = random.choice(one.values(self.on))

    def values(self, one):
        """With the values of facts that it is compared with."""
        pairs = {pair for condition in self.covenant.conditions() for pair in condition.crossed if one.name in pair}
        return one.values(self.on, [self.facts[name] for pair in pairs for name in pair
                                    if name != one.name and name in self.facts])

    def matches(self, derived, on):
        found = [e for e in self.events if e["event"] == derived.event and e["on"] <= on]
        if derived.since:
            starts = [e["on"] for e in self.events if e["event"] == derived.since and e["on"] <= on]
            if not starts:
                return None
            found = [e for e in found if e["on"] >= starts[-1]]
        if derived.within:
            found = [e for e in found if add_term(e["on"], derived.within) > on]
        return [e for e in found if derived.where is None or derived.where(e)]

    def value_of(self, derived):
        """The value of a derived name, or None."""
        if "lua" in derived.declared:
            return self.facts.get(derived.argument)
        found = self.matches(derived, self.on)
        if found is None:
            return None
        if derived.counts:
            return len(found)
        if not found:
            return None
        one = found[0 if derived.order == "first" else -1]
        return one[derived.take] if derived.take else one["on"]

    def cause_of(self, name):
        """What is missing when the name is not known: ("fact" or "event", which)."""
        derived = self.covenant.derived.get(name)
        if not derived:
            return "fact", name
        if "lua" in derived.declared:
            return "fact", derived.argument
        return "event", derived.since if self.matches(derived, self.on) is None else derived.event

    def known_of_events(self):
        values = {name: self.value_of(one) for name, one in self.covenant.derived.items()}
        return {name: value for name, value in values.items() if value is not None}

    def names_unknown(self):
        known = self.known_of_events()
        return [one for one in self.covenant.named() if one.name not in self.facts and one.name not in known]

    def written(self, region, more=None, facts=None):
        facts = dict(self.facts if facts is None else facts)
        if region == "twin":
            facts.update(self.known_of_events())
        facts.update(more or {})
        names = {**self.covenant.facts, **self.covenant.twins}
        events = [{key: value.isoformat() if isinstance(value, datetime.date) else value for key, value in e.items()}
                  for e in self.events]
        return {"case": "p-1", "region": region, "events": events,
                "facts": {name: names[name].written(value) for name, value in facts.items()}}

    def completions(self, names):
        """Every way of answering these names, as {name: value}."""
        for values in itertools.product(*(self.values(one) for one in names)):
            yield dict(zip((one.name for one in names), values))
