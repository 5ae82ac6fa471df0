#!/usr/bin/python3
"""A second evaluator, written from the text of the design alone: plain, slow, and without the daemon's code.

    tests/reference/reference.py RULES CASE.json ON     prints what it decides

It trusts its input (the daemon checks), decides outcomes, dates and states, and leaves out texts, sources and traces.
tests/reference/compare.py compares it with the daemon's engine over random cases.
"""
import datetime
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import sections as parts                                    # noqa: E402
from condition import is_unknown                            # noqa: E402
from point import Case                                      # noqa: E402
from rulebook import Rulebook                               # noqa: E402
from steps import next_steps                                # noqa: E402
from terms import day                                       # noqa: E402


def covenant_of(region, case):
    """The version in force on the day of the first event, or the first one after; it stays, unless a later one moves."""
    opened = day(case.events[0]["on"]) if case.events else case.decided
    found = [covenant for covenant in region if covenant.in_force(opened)]
    found = found or [covenant for covenant in region if covenant.first > opened]
    if not found or case.decided < found[0].first:
        return None
    chosen = found[0]
    for covenant in region:
        if chosen.first < covenant.first <= case.decided and covenant.moves:
            chosen = covenant
    return chosen


def decide(rules, data, on):
    case = Case(rules, data, on)
    region = rules.region
    covenant = covenant_of(region, case)
    if covenant is None:
        return {"error": "no_covenant_in_force"}
    made = parts.Sections(case, region, covenant)
    point, written = made.point(on), covenant.data
    decision = {"version": covenant.version}
    if "eligibility" in written:
        decision["eligibility"] = parts.eligibility(point, written["eligibility"])
    if "support" in written:
        decision["support"] = parts.support(made, point)
    if made.deadlines:
        found = [made.deadline(point, rule["id"]) for rule in made.deadlines]
        decision["deadlines"] = {entry["id"]: entry for entry in found if entry}
    if "contracts" in written:
        decision["contract"] = parts.contract(made, point)
    if "nuisance" in written:
        decision["nuisance"] = parts.nuisance(made, point)
    if "housing" in written:
        decision["housing"] = parts.housing(point, written["housing"])
    if "journey" in written:
        decision["journey"] = parts.journey(made, point)
    decision["next_steps"] = next_steps(made, point, decision)
    guarantee(written, point, decision)
    return decision


def guarantee(written, point, decision):
    for rule in written.get("guarantees", []):
        if point.judge(rule["never"]) is True:
            for section in rule["about"]:
                reason = {"rule": rule["id"], "states": ["stated"], "value": True}
                if section == "contract" and section in decision:
                    decision[section]["conversion"].update(outcome="undetermined", reasons=[reason])
                elif section == "eligibility" and section in decision:
                    decision[section].update(outcome="undetermined", reasons=[reason])
                elif section == "support" and section in decision:
                    decision[section]["outcome"] = "undetermined"


def plain(value):
    """As JSON."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if key != "holds"}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value) if is_unknown(value) else value


if __name__ == "__main__":
    asked = json.loads(pathlib.Path(sys.argv[2]).read_text())
    print(json.dumps(plain(decide(Rulebook(sys.argv[1], asked["region"]), asked, day(sys.argv[3]))), indent=2))
