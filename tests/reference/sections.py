"""What the sections of a covenant give for one case: their names, and their part of a decision."""
from condition import both, either, is_unknown, negate
from deadlines import action_status, deadline, pauses_of, paused_within
from ladder import Ladder
from point import Point
from terms import DAY, day


class Sections:
    NAMES = ("eligible", "support_phase", "phase_started", "contract_kind", "contract_since", "nuisance_level", "stage")

    def __init__(self, case, region, covenant):
        self.case, self.region, self.covenant = case, region, covenant
        self.law = [case.rules.law[name] for name in covenant.data.get("include", [])]
        self.deadlines = covenant.data.get("deadlines", []) + self.law
        self.found = {}
        self.ladder = Ladder(self) if "nuisance" in covenant.data else None

    def point(self, on):
        return Point(self.case, self.covenant, on, self)

    def name(self, point, name):
        if name == "eligible":
            outcome = eligibility(point, self.covenant.data["eligibility"])["outcome"]
            return {"eligible": True, "not_eligible": False}.get(outcome, together_of("eligible"))
        if name == "nuisance_level":
            return self.ladder.climb(point)["level"]
        if name == "stage":
            stage = journey(self, point)["stage"]
            return stage if stage else together_of("stage")
        found = lease(point) if name.startswith("contract") else phase(point)
        return found[name] if found else together_of(name)

    def is_deadline(self, point, identity):
        return any(rule["id"] == identity for rule in self.deadlines)

    def deadline(self, point, identity):
        key = identity, point.on, len(point.events)
        if key not in self.found:
            rule = next(rule for rule in self.deadlines if rule["id"] == identity)
            self.found[key] = deadline(Point(self.case, self.covenant, point.on, self, point.events), rule)
        return self.found[key]


def together_of(name):
    from condition import Unknown
    return Unknown(("event", name))


# Requirements ---------------------------------------------------------------------------------------------------------

def judge(point, rule, waived=False):
    """Rule, state and value of a requirement. The value is None where it is not known."""
    applies = point.judge(rule["applies"]) if "applies" in rule else True
    if applies is False:
        return {"rule": rule["id"], "states": ["not_applicable"], "value": None, "holds": True}
    value = point.judge(rule["require"])
    own = either(negate(applies), value)
    holds = either(own, waived)
    if own is not True and waived is True:
        return {"rule": rule["id"], "states": ["waived"], "value": True, "holds": True}
    states = holds.states() if is_unknown(holds) else ["stated"]
    return {"rule": rule["id"], "states": states, "value": None if is_unknown(holds) else holds, "holds": holds}


def eligibility(point, rules):
    reasons = [judge(point, rule, waiver(point, rules, rule["id"])) for rule in rules["requirements"]]
    if any(reason["holds"] is False for reason in reasons):
        outcome, shown = "not_eligible", [reason for reason in reasons if reason["holds"] is False]
    elif any(is_unknown(reason["holds"]) for reason in reasons):
        outcome, shown = "undetermined", [reason for reason in reasons if is_unknown(reason["holds"])]
    else:
        outcome, shown = "eligible", reasons
    return {"outcome": outcome, "reasons": shown}


def waiver(point, rules, identity):
    found = False
    for rule in rules.get("exceptions", []):
        if identity not in rule["waives"]:
            continue
        if "when" in rule:
            found = either(found, point.judge(rule["when"]))
            continue
        for entry in point.of("hardship_granted"):
            other_role = entry["by"] in point.case.rules.roles and entry["by"] != rule["by_hardship"]
            found = found is True or (entry["waives"] == identity and not other_role) or found
    return found


# Support --------------------------------------------------------------------------------------------------------------

def phase(point):
    """The phase of the last event that names one, and the day it began."""
    found = None
    for entry in point.events:
        if entry["event"] not in ("support_started", "support_phase_changed"):
            continue
        begun = day(entry["on"]) if not found or found["support_phase"] == "ended" else found["begun"]
        if not found or entry["event"] == "support_started" or found["support_phase"] != entry["phase"]:
            found = {"support_phase": entry["phase"], "phase_started": day(entry["on"]), "begun": begun}
    return found


def support(sections, point):
    rules, decided = sections.covenant.data["support"], {}
    needed = point.judge(rules["mandatory"]["when"]) if "mandatory" in rules else False
    decided["outcome"] = "undetermined" if is_unknown(needed) else "required" if needed else "not_required"
    now = phase(point)
    order = [rule["phase"] for rule in rules.get("phases", [])]
    if now:
        decided.update(phase=now["support_phase"], since=now["phase_started"])
    if now and now["support_phase"] in order:
        rule = rules["phases"][order.index(now["support_phase"])]
        if "hours_per_month" in rule:
            decided["hours"] = {key: int(value) for key, value in rule["hours_per_month"].items()}
        step = next_step(point, rules, order, now)
        if step:
            decided["next"] = step
    for rule in rules.get("refusal", []):
        if point.judge(rule["when"]) is True:
            decided["refusal"] = rule["outcome"]
            break
    return decided


def next_step(point, rules, order, now):
    """A step up that holds comes first; else the first step down."""
    place, end = order.index(now["support_phase"]), point.case.rules.calendar.end
    steps = [rule for rule in rules.get("steps", []) if rule["from"] == now["support_phase"]]
    down = [rule for rule in steps if rule["to"] == "ended" or order.index(rule["to"]) > place]
    for rule in steps:
        if rule not in down and point.judge(rule.get("require", "true")) is True:
            return {"phase": rule["to"], "may_step": "yes", "rule": rule["id"]}
    for rule in down:
        earliest = end(now["phase_started"], rule["after"]) if "after" in rule else None
        if rule["to"] == "ended" and "minimum" in rules:
            total = end(now["begun"], rules["minimum"]["term"])
            earliest = max(earliest, total) if earliest else total
        may = both(point.judge(rule.get("require", "true")), earliest is None or earliest <= point.on)
        found = {"phase": rule["to"], "may_step": "undetermined" if is_unknown(may) else "yes" if may else "no",
                 "rule": rule["id"]}
        if earliest:
            found["earliest"] = earliest
        return found
    return None


# Contract -------------------------------------------------------------------------------------------------------------

def lease(point):
    """The lease that events tell of: the last one signed, and what it was converted into."""
    now = None
    for entry in point.events:
        if entry["event"] == "contract_signed":
            now = {"contract_kind": entry["kind"], "contract_since": day(entry.get("starts", entry["on"])),
                   "signed": day(entry["on"]), "converted": False, "ended": False}
        elif entry["event"] == "contract_converted" and now:
            to = [rule["to"] for rule in point.covenant.data["contracts"].get("conversions", []) if rule["from"] == now["contract_kind"]]
            if to:
                now.update(contract_kind=to[0], contract_since=day(entry["on"]), signed=day(entry["on"]), converted=True)
        elif entry["event"] == "lease_ended" and now:
            now["ended"] = True
    return now


def contract(sections, point):
    rules, decided = sections.covenant.data["contracts"], {}
    now = lease(point)
    if now and now["ended"]:
        return {"conversion": {"outcome": "none"}, "advice": advice(point, rules)}
    if now:
        decided["current"] = {"kind": now["contract_kind"], "since": now["contract_since"],
                              "tenant": rules["kinds"][now["contract_kind"]]["tenant"],
                              "ends": lease_end(point, rules["kinds"][now["contract_kind"]], now, decided)}
    else:
        decided["advice"] = advice(point, rules)
    offered = [rule for rule in rules.get("conversions", []) if now and rule["from"] == now["contract_kind"]]
    judged = [conversion(point, rule, now) for rule in offered]
    possible = [one for one in judged if one["outcome"] == "convertible"]
    none = {"outcome": "converted" if now and now["converted"] else "none"}
    decided["conversion"] = (possible or judged or [none])[0]
    wrong_kind(sections, point, now, decided)
    return decided


def lease_end(point, kind, now, decided):
    """A fixed term's end as it was stated; one that does not fit the term is warned of, never corrected."""
    ends = point.symbol("lease_end")
    if "fixed_term" not in kind or is_unknown(ends):
        return None
    fits = point.case.rules.calendar.end(now["contract_since"], kind["fixed_term"])
    if ends not in (fits, fits - DAY):
        decided["unfit_end"] = fits
    return ends


def wrong_kind(sections, point, now, decided):
    """Kinds are open by the version of the day of signing, judged on that day."""
    if not now or now["converted"]:
        return
    begun = [covenant for covenant in sections.region if covenant.first <= now["signed"]]
    covenant = begun[-1] if begun else sections.covenant
    if now["contract_kind"] not in covenant.data.get("contracts", {}).get("kinds", {}):
        covenant = sections.covenant
    applies = covenant.data["contracts"]["kinds"][now["contract_kind"]].get("applies", "true")
    if Point(point.case, covenant, now["signed"], sections).judge(applies) is not True:
        decided["warned"] = [now["contract_kind"]]


def advice(point, rules):
    """What was advised; else the first rule that holds, unless one before it is unknown."""
    given = point.of("contract_advised")
    if given:
        return given[-1]["kind"]
    for rule in rules.get("advice", []):
        when = point.judge(rule["when"])
        if when is not False:
            return "undetermined" if is_unknown(when) else rule["kind"]
    return None


def conversion(point, rule, now):
    decided = {"to": rule["to"], "rule": rule["id"]}
    spans, end = pauses_of(point, rule.get("paused", [])), point.case.rules.calendar.end
    written = earliest = end(now["contract_since"], rule["after"])
    while (moved := written + len(paused_within(spans, now["contract_since"], earliest)) * DAY) > earliest:
        earliest = moved
    decided["earliest"] = earliest
    reasons = [judge(point, requirement) for requirement in rule.get("requirements", [])]
    holds = both(*(reason["holds"] for reason in reasons))
    decided["reasons"] = reasons
    words = approvals(point, rule, now)
    if "approved_by" in rule:
        decided["approvals"] = {key: words[key] for key in ("given", "lacking", "refused")}
    if holds is False or words["refused"] or words["anybody"]:
        outcome = "not_met"
    elif is_unknown(holds) and rule.get("default", "stay") == "stay":
        outcome = "undetermined"
    else:
        outcome = "convertible"
    if point.on < earliest:
        return {**decided, "outcome": "not_yet", "then": outcome}
    return {**decided, "outcome": outcome}


def approvals(point, rule, now):
    """The last word of each role whose approval is asked; where none is asked, the last refusal of anybody."""
    words = [entry for entry in point.events if entry["event"] in ("conversion_approved", "conversion_refused")
             and day(entry["on"]) >= now["contract_since"]]
    last = {entry["by"]: entry["event"] for entry in words}
    roles = rule.get("approved_by", [])
    return {"given": [role for role in roles if last.get(role) == "conversion_approved"],
            "lacking": [role for role in roles if role not in last],
            "refused": [role for role in roles if last.get(role) == "conversion_refused"],
            "anybody": not roles and bool(words) and words[-1]["event"] == "conversion_refused"}


# Nuisance -------------------------------------------------------------------------------------------------------------

def nuisance(sections, point):
    ladder = sections.ladder
    state = ladder.climb(point)
    decided = {"level": state["level"]}
    if state["level"]:
        level = state["rules"]["levels"][state["level"] - 1]
        falls = ladder.falls(state["level"], state["quiet_from"], state["rules"])
        decided.update(id=level["id"], since=state["since"], actions=[])
        if falls:
            decided["falls_on"] = falls
        if state["start"]:
            decided["actions"] = [action_status(point, {"id": level["id"], **action}, state["since"], state["start"])
                                  for action in level.get("actions", [])]
    relapse = ladder.relapse(point.on)
    # Where nothing happened under another version, the case's own says all there is to say.
    matters = point.of("nuisance_reported") or relapse is not False
    covenant = ladder.covenant_of(point.on) if matters else sections.covenant
    rules, there = covenant.data["nuisance"], Point(sections.case, covenant, point.on, sections)
    if "relapse" in rules:
        decided["relapse"] = there.judge(rules["relapse"]["when"]) is True
    if rules.get("before_termination"):
        reasons = [judge(there, requirement) for requirement in rules["before_termination"]]
        decided["termination"] = all(reason["holds"] is True for reason in reasons)
    return decided


# Housing and journey --------------------------------------------------------------------------------------------------

def housing(point, rules):
    given = {}
    for rule in rules:
        if point.judge(rule["when"]) is True:
            for name, value in rule["advise"].items():
                given.setdefault(name, []).append(advised(point, value))
    profile = {name: merged(name, values) for name, values in given.items()}
    for name in [name for name in profile if name.endswith("_max")]:
        least, stem = profile.get(name[:-4] + "_min"), name[:-4]
        if least is not None and profile[name] is not None and least > profile[name]:
            profile[stem] = "contradiction"
    return {name: value for name, value in profile.items() if value is not None}


def advised(point, value):
    if isinstance(value, dict):
        return point.symbol(value["fact"])
    if value in ("true", "false"):
        return value == "true"
    return int(value) if value.lstrip("-").isdigit() else value


def merged(name, values):
    known = [value for value in values if not is_unknown(value)]
    if not known:
        return None
    if name.endswith("_max"):
        return min(known)
    if name.endswith("_min"):
        return max(known)
    return known[0] if all(value == known[0] for value in known) else "contradiction"


def journey(sections, point):
    stage = since = None
    for rule in sections.covenant.data["journey"]:
        for on in sorted({day(entry["on"]) for entry in point.events} | {point.on}):
            there = Point(sections.case, sections.covenant, on, sections, point.events)
            if there.judge(rule["when"]) is True:
                stage, since = rule["stage"], on
                break
    return {"stage": stage, "since": since}
