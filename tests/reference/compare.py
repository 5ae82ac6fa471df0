#!/usr/bin/python3
"""Compares the daemon's engine with the reference over random cases.

    tests/reference/compare.py [--cases N] [--seed N] [--show N]

Prints the seed, and for each difference the place, both answers and a request that repeats it.
"""
import argparse
import atexit
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
SEED = "20220926"  # the same every time: other seeds are for `make soak`
sys.path.insert(0, str(HERE))

from cases import Maker                                     # noqa: E402
from reference import decide, plain                         # noqa: E402
from rulebook import Rulebook                               # noqa: E402
from terms import day                                       # noqa: E402

def proefstad():
    """The rules of the reference's own covenant, with the national names."""
    folder = pathlib.Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    shutil.copytree(TOP / "rules/national", folder / "national")
    shutil.copytree(HERE / "rules", folder, dirs_exist_ok=True)
    return folder


DAYS_EACH = 5        # dates decided for, of each case


def worlds():
    """Each region of the rules, by name, and the reference's own, with the folder it is in."""
    found = {path.parent.parent.name: TOP / "rules" for path in sorted((TOP / "rules").glob("*/*/covenant.yaml"))}
    return {**found, "proefstad": proefstad()}


# The engine's answer in the reference's shape -----------------------------------------------------------------------

def seen(decision):
    """Of the engine's decision what the reference decides too."""
    if "error" in decision:
        return {"error": decision["error"]["code"]}
    found = {"version": decision["covenant"]["version"]}
    if "eligibility" in decision:
        part = decision["eligibility"]
        found["eligibility"] = {"outcome": part["outcome"], "reasons": reasons(part["reasons"])}
        if "conditions" in part:
            found["eligibility"]["conditions"] = reasons(part["conditions"])
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


DEADLINE = ("owner", "status", "started", "target", "due", "raw_due", "met_on", "days_left", "paused_days", "provisional", "opens")


def reasons(listed):
    return [{"rule": part["rule"], "state": part["state"], "value": part.get("value")} for part in listed]


def seen_contract(part):
    found = {"conversion": {key: part["conversion"][key] for key in ("rule", "outcome", "then", "to", "earliest", "approvals")
                            if key in part["conversion"]}}
    if "advice" in part:
        found["advice"] = part["advice"].get("kind", part["advice"].get("outcome"))
    warned = [warning["rule"] for warning in part.get("warnings", []) if not {"expected", "opens"} & set(warning)]
    for warning in part.get("warnings", []):
        if "expected" in warning:
            found["unfit_end"] = warning["expected"]
        if "opens" in warning:
            found.setdefault("by_law", []).append(warning["rule"])
    if warned:
        found["warned"] = warned
    if "reasons" in part["conversion"]:
        found["conversion"]["reasons"] = reasons(part["conversion"]["reasons"])
    if "current" in part:
        found["current"] = {key: part["current"].get(key) for key in ("kind", "since", "tenant", "ends")}
    return found


def seen_nuisance(part):
    found = {key: part[key] for key in ("level", "id", "since", "falls_on") if key in part}
    found["reports"] = [{"on": report["event"]["on"], **{key: report[key] for key in ("counts", "level", "version")}}
                        for report in part["reports"]]
    if "actions" in part:
        found["actions"] = actions(part["actions"])
    if "relapse" in part:
        found["relapse"] = {"paused": part["relapse"]["paused"], "actions": actions(part["relapse"]["actions"])}
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
        self.process = subprocess.Popen([tool, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)

    def decide(self, case, on):
        self.process.stdin.write(json.dumps({"case": case, "on": on}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        return self.process.wait()


def days_in(value):
    """Every day that stands in a decision: something may turn there."""
    if isinstance(value, dict):
        return [date for item in value.values() for date in days_in(item)]
    if isinstance(value, list):
        return [date for item in value for date in days_in(item)]
    if isinstance(value, str) and value[4:5] == value[7:8] == "-":
        return [day(value[:10])]
    return []


def compare(region, folder, number, seed, seconds=None):
    """Decides so many cases twice. A list of (place, reference, engine, request), and how many were decided."""
    rules = Rulebook(folder, region)
    maker = Maker(rules, region, f"{seed}-{region}")
    engine, found, decided, ends = Engine(folder), [], 0, time.monotonic() + (seconds or 1e9)
    for count in range(number):
        if time.monotonic() > ends:
            break
        case, known = maker.case(count)
        turns = []
        for _ in range(DAYS_EACH):
            on = maker.day_asked(known, turns)
            ours, theirs = expected(decide(rules, case, on)), seen(engine.decide(case, on.isoformat()))
            turns += days_in(ours)
            decided += 1
            for place, left, right in differences(ours, theirs):
                found.append((place, left, right, {"case": case, "on": on.isoformat()}))
    engine.close()
    return found, decided


def show(region, folder, found, number):
    """The differences by place, the shortest first, each as small as it can be made."""
    groups = collections.defaultdict(list)
    for place, ours, theirs, request in found:
        groups[place].append((ours, theirs, request))
    for place, items in sorted(groups.items(), key=lambda item: -len(item[1])):
        print(f"  {place}: {len(items)}")
        for ours, theirs, request in sorted(items, key=lambda item: len(json.dumps(item[2])))[:number]:
            engine = Engine(folder)
            request = shrink(engine, Rulebook(folder, region), request, place)
            engine.close()
            print(f"    reference {json.dumps(ours)}\n    engine    {json.dumps(theirs)}\n    {json.dumps(request)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=int(os.environ.get("COVENANT_CASES") or 100), help="for each region")
    parser.add_argument("--seed", default=os.environ.get("COVENANT_SEED") or SEED)
    parser.add_argument("--show", type=int, default=1, help="how many of each difference")
    parser.add_argument("--region", default="", help="only regions whose name holds this")
    options = parser.parse_args()
    print(f"repeat with: tests/reference/compare.py --cases {options.cases} --seed {options.seed}")
    wrong = 0
    for region, folder in worlds().items():
        if options.region not in region:
            continue
        found, decided = compare(region, folder, options.cases, options.seed)
        print(f"{region}: {decided} decisions compared, {len(found)} differences", flush=True)
        show(region, folder, found, options.show)
        wrong += len(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
