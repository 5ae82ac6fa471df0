#!/usr/bin/python3
"""Compares the daemon's engine with the reference over random cases.

    tests/reference/compare.py [--cases N] [--seed N] [--show N]

Prints the seed, and for each difference the place, both answers and a request that repeats it.
"""
import argparse
import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
sys.path.insert(0, str(HERE))

from cases import Maker                                     # noqa: E402
from reference import decide, plain                         # noqa: E402
from rulebook import Rulebook                               # noqa: E402
from terms import day                                       # noqa: E402

def proefstad():
    """The rules of the reference's own covenant, with the national names."""
    folder = pathlib.Path(tempfile.mkdtemp())
    shutil.copytree(TOP / "rules/national", folder / "national")
    shutil.copytree(HERE / "rules", folder, dirs_exist_ok=True)
    return folder


DAYS_EACH = 4        # dates decided for, of each case
WORLDS = {
    "almere": {
        "folder": lambda: TOP / "rules", "region": "almere", "kinds": ["omklap", "driepartijen", "regulier"],
        "phases": ["intensive", "waakvlam"], "texts": {"waives": ["E1", "E5"], "by": ["municipality", "care_provider", "housing_corporation"]},
        "weights": {"nuisance_reported": 4, "relapse_reported": 1.5, "timeout_started": 1.5, "timeout_ended": 1.5,
                    "urgency_requested": 1.5, "home_offered": 1, "contract_signed": 1.5, "evaluation": 2,
                    "support_started": 1, "support_phase_changed": 1, "completion_requested": 1, "application_completed": 1,
                    "application_received": 1, "moved_in": 1, "conversion_approved": 1, "notice_received": 1}},
    "proefstad": {
        "folder": proefstad, "region": "proefstad", "kinds": ["omklap", "driepartijen", "proef", "regulier"],
        "phases": ["intensive", "middle", "waakvlam", "ended"],
        "texts": {"waives": ["E1", "E5", "E6"], "by": ["municipality", "care_provider", "housing_corporation"]},
        "weights": {"nuisance_reported": 5, "relapse_reported": 2, "timeout_started": 2, "timeout_ended": 2,
                    "completion_requested": 1, "application_completed": 1, "contract_signed": 1.5,
                    "support_started": 1, "support_phase_changed": 1.5, "moved_in": 1, "evaluation": 1, "urgency_requested": 1}},
}


# The engine's answer in the reference's shape -----------------------------------------------------------------------

def seen(decision):
    """Of the engine's decision what the reference decides too."""
    if "error" in decision:
        return {"error": decision["error"]["code"]}
    found = {"version": decision["covenant"]["version"]}
    if "eligibility" in decision:
        part = decision["eligibility"]
        found["eligibility"] = {"outcome": part["outcome"], "reasons": reasons(part["reasons"])}
    if "support" in decision:
        part = decision["support"]
        found["support"] = {key: part[key] for key in ("outcome", "phase", "since") if key in part}
        if "hours_per_month" in part:
            found["support"]["hours"] = part["hours_per_month"]
        if "next" in part:
            found["support"]["next"] = {key: part["next"][key] for key in ("phase", "may_step", "earliest") if key in part["next"]}
        if "refusal" in part:
            found["support"]["refusal"] = part["refusal"]["outcome"]
    if "deadlines" in decision:
        found["deadlines"] = {part["id"]: {key: part[key] for key in DEADLINE if key in part} for part in decision["deadlines"]}
    if "contract" in decision:
        found["contract"] = seen_contract(decision["contract"])
    if "nuisance" in decision:
        found["nuisance"] = seen_nuisance(decision["nuisance"])
    if "housing" in decision:
        found["housing"] = {name: part["value"] for name, part in decision["housing"]["profile"].items()}
        for one in decision["housing"].get("contradictions", []):
            found["housing"][one["attribute"]] = "contradiction"
    if "journey" in decision:
        found["journey"] = {key: decision["journey"].get(key) for key in ("stage", "since")}
    found["next_steps"] = {part["step"]: {key: part[key] for key in ("who", "due", "overdue") if key in part}
                           for part in decision["next_steps"] if not part["step"].startswith("fact:")}
    return found


KINDS = ("omklap", "driepartijen", "regulier", "proef")
DEADLINE = ("owner", "status", "started", "target", "due", "raw_due", "met_on", "days_left", "paused_days", "provisional", "opens")


def reasons(listed):
    return [{"rule": part["rule"], "state": part["state"], "value": part.get("value")} for part in listed]


def seen_contract(part):
    found = {"conversion": {key: part["conversion"][key] for key in ("rule", "outcome", "then", "to", "earliest", "approvals")
                            if key in part["conversion"]}}
    if "advice" in part:
        found["advice"] = part["advice"].get("kind", part["advice"].get("outcome"))
    warned = [warning["rule"] for warning in part.get("warnings", []) if warning["rule"] in KINDS and "expected" not in warning]
    if warned:
        found["warned"] = warned
    if "reasons" in part["conversion"]:
        found["conversion"]["reasons"] = reasons(part["conversion"]["reasons"])
    if "current" in part:
        found["current"] = {key: part["current"].get(key) for key in ("kind", "since", "tenant")}
    return found


def seen_nuisance(part):
    found = {key: part[key] for key in ("level", "id", "since", "falls_on") if key in part}
    if "actions" in part:
        found["actions"] = actions(part["actions"])
    if "relapse" in part:
        found["relapse"] = part["relapse"]["paused"]
    if "termination" in part:
        found["termination"] = part["termination"]["possible"]
    return found


def actions(listed):
    return [{key: action.get(key) for key in ("id", "who", "due", "status")} for action in listed]


def expected(decided):
    """The reference's answer in the same shape: where a thing is worth nothing it is left out."""
    decided = plain(decided)
    decided.get("support", {}).get("next", {}).pop("rule", None)
    for part in decided.get("deadlines", {}).values():
        raw = part.pop("raw", None)
        if raw and raw != part.get("due", part.get("target")):
            part["raw_due"] = raw
        for key in ("paused_days", "provisional"):
            if not part.get(key):
                part.pop(key, None)
        for key in ("id", "missed", "due_day", "open"):
            part.pop(key, None)
    return decided


# Comparing ------------------------------------------------------------------------------------------------------------

def differences(ours, theirs, place=""):
    """Places where the two are not alike: (place, reference, engine)."""
    if isinstance(ours, dict) and "states" in ours and isinstance(theirs, dict):
        ours = dict(ours)
        states = ours.pop("states")
        if theirs["state"] not in states:
            yield f"{place}/state", states, theirs["state"]
        theirs = {key: value for key, value in theirs.items() if key != "state"}
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(set(ours) | set(theirs)):
            yield from differences(ours.get(key), theirs.get(key), f"{place}/{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for number, (left, right) in enumerate(zip(ours, theirs)):
            yield from differences(left, right, f"{place}/{number}")
    elif ours != theirs:
        yield place, ours, theirs


def shrink(engine, rules, request, place):
    """The same difference with as few events and facts as can be."""
    def differs(case):
        answer = engine.decide(case, request["on"])
        found = differences(expected(decide(rules, case, day(request["on"]))), seen(answer))
        return any(one[0] == place for one in found)

    case, shorter = request["case"], True
    while shorter:
        shorter = False
        tries = [{**case, "events": case["events"][:n] + case["events"][n + 1:]} for n in range(len(case["events"]))]
        tries += [{**case, "facts": {key: value for key, value in case["facts"].items() if key != name}} for name in case["facts"]]
        for one in tries:
            if differs(one):
                case, shorter = one, True
                break
    return {"case": case, "on": request["on"]}


class Engine:
    def __init__(self, folder):
        tool = pathlib.Path(os.environ.get("BUILD") or TOP / "build") / "tools/decide_lines"
        self.process = subprocess.Popen([tool, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def decide(self, case, on):
        self.process.stdin.write(json.dumps({"case": case, "on": on}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        return self.process.wait()


def compare(name, world, number, seed, seconds):
    """Decides so many cases twice. A list of (place, reference, engine, request), and how many were decided."""
    folder = world["folder"]()
    rules = Rulebook(folder)
    maker = Maker(rules, world["region"], world["kinds"], world["phases"], world["weights"], world["texts"], f"{seed}-{name}")
    engine, found, decided, ends = Engine(folder), [], 0, time.monotonic() + seconds
    for count in range(number):
        if time.monotonic() > ends:
            break
        case, known = maker.case(count)
        for _ in range(DAYS_EACH):
            on = maker.date(known).isoformat()
            answer = engine.decide(case, on)
            decided += 1
            for place, ours, theirs in differences(expected(decide(rules, case, day(on))), seen(answer)):
                found.append((place, ours, theirs, {"case": case, "on": on}))
    engine.close()
    return found, decided


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=int(os.environ.get("COVENANT_CASES") or 400))
    parser.add_argument("--seed", default=os.environ.get("SEED") or str(int(time.time())))
    parser.add_argument("--show", type=int, default=1)
    parser.add_argument("--world", default="")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    print(f"seed {options.seed}")
    wrong = 0
    for name, world in WORLDS.items():
        if options.world not in name:
            continue
        found, decided = compare(name, world, options.cases, options.seed, 100000)
        groups = collections.defaultdict(list)
        for place, ours, theirs, request in found:
            if place.startswith(options.only):
                groups[place].append((ours, theirs, request))
        print(f"{name}: {decided} decisions compared, {len(found)} differences")
        for place, items in sorted(groups.items(), key=lambda item: -len(item[1])):
            print(f"  {place}: {len(items)}")
            for ours, theirs, request in sorted(items, key=lambda item: len(json.dumps(item[2])))[:options.show]:
                folder = world["folder"]()
                engine, rules = Engine(folder), Rulebook(folder)
                request = shrink(engine, rules, request, place)
                engine.close()
                print(f"    reference {json.dumps(ours)}\n    engine    {json.dumps(theirs)}\n    {json.dumps(request)}")
        wrong += len(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
