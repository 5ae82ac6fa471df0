#!/usr/bin/python3
"""Random lives over the real covenants: deciding never fails, and what no decision may break holds for each.

    tests/property/test_laws.py --seed 7 --count 100       COVENANT_CASES and COVENANT_SEED as for the others
"""
import argparse
import collections
import datetime
import json
import os
import pathlib
import random
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD") or TOP / "build")
SEED = 20220926  # the same every time: other seeds are for `make soak`
DAY = datetime.timedelta(days=1)
LIKELY = {"sheltered_living": 3, "granted": 3, "positive": 2}


def run(arguments, lines=""):
    process = subprocess.run([BUILD / "tools/decide_lines", TOP / "rules", *arguments], input=lines.encode(),
                             capture_output=True, check=False)
    assert process.returncode == 0, process.stderr.decode()[-3000:]
    return [json.loads(line) for line in process.stdout.decode().splitlines()]


def date_of(text):
    return datetime.date.fromisoformat(text[:10])


# ---- random lives ----

def a_value(rng, region, name, type_, on):
    if isinstance(type_, list):
        return rng.choice([choice for choice in type_ for _ in range(LIKELY.get(choice, 1))])
    if type_ == "boolean":
        return rng.random() < 0.75
    if type_ == "integer":
        return rng.choice([0, 1, 2, 3, 6, 12])
    if type_ == "money":
        return rng.choice([0, 950, 1450.5, "2100.00"])
    if type_ == "date":
        if "birth" in name:
            return (on - rng.choice([16, 17, 18, 22, 23, 27, 40, 70]) * 365 * DAY).isoformat()
        return (on + rng.randint(-900, 500) * DAY).isoformat()
    known = region.get(name)
    return rng.choice(known) if known else rng.choice(["municipality", "een tekst"])


def a_life(rng, region):
    on = max(date_of(region["from"]), datetime.date(2019, 1, 1)) + rng.randint(0, 1500) * DAY
    facts = {}
    for name, type_ in region["facts"].items():
        if rng.random() < 0.6:
            value = a_value(rng, region, name, type_, on)
            facts[name] = value if rng.random() < 0.7 else {
                "value": value, "by": "care_provider", "on": (on + rng.randint(-60, 5) * DAY).isoformat()}
    events = []
    for _ in range(rng.choice([0, 3, 8, 20])):
        name = rng.choice(sorted(region["events"]))
        day = on + rng.randint(-600, 20) * DAY
        event = {"event": name, "on": day.isoformat()}
        for attribute, type_ in region["events"][name].items():
            event[attribute] = a_value(rng, region, attribute, type_, day)
        if rng.random() < 0.2:
            event["at"] = f"{day}T{rng.randint(0, 23):02}:15:00+01:00"
        events.append(event)
    case = {"case": "w-1", "region": region["region"], "facts": facts, "events": events}
    return {"case": case, "on": on.isoformat(), "trace": rng.random() < 0.1, "flip": rng.random() < 0.1}


# ---- laws ----

def eligibility_laws(section, on):
    values = [reason.get("value") for reason in section["reasons"]]
    by_guarantee = "settled" not in section
    if section["outcome"] == "eligible":
        yield "eligible without a failing requirement", False not in values
    elif section["outcome"] == "not_eligible":
        yield "a refusal names what fails", values and (set(values) == {False} or (section["settled"] and False not in values))
    elif not by_guarantee:
        yield "undetermined names what is open", values and not {True, False} & set(values)
    if section.get("settled"):
        yield "nothing is missing of what is settled", "missing" not in section
    if "changes_on" in section:
        yield "a change lies ahead", date_of(section["changes_on"]["on"]) > on
    if "eligible_from" in section:
        yield "eligible_from lies ahead of a no", date_of(section["eligible_from"]) > on and section["outcome"] != "eligible"
        if "changes_on" in section:
            yield "nothing comes before the first change", section["eligible_from"] >= section["changes_on"]["on"]
    for flip in section.get("flips_with", []):
        yield "a flip changes something", flip.get("from") != flip["to"]


def deadline_laws(deadline, on):
    due = deadline.get("due")
    if due and "raw_due" in deadline:
        yield "a calendar moves later", date_of(due) > date_of(deadline["raw_due"])
        yield "a move is explained", bool(deadline.get("moved_because"))
    if due and "days_left" in deadline:
        yield "days_left is due less on", deadline["days_left"] == (date_of(due) - on).days
        yield "overdue when days are short", (deadline["status"] == "overdue") == (deadline["days_left"] < 0) \
            or deadline["status"] not in ("running", "target_passed", "overdue")
    if deadline["status"] in ("met", "met_late") and deadline.get("met_on") and due:
        yield "met in time or late", (date_of(deadline["met_on"]) > date_of(due)) == (deadline["status"] == "met_late")
    if "met_on" in deadline:
        yield "what met it has happened", date_of(deadline["met_on"]) <= on
    if deadline["owner"] == "client":
        yield "a right is never overdue", deadline["status"] != "overdue"
    yield "an end follows its start", not (due and "started" in deadline) or due[:10] >= deadline["started"][:10] \
        or deadline["status"] in ("not_open", "open", "closed")


def contract_laws(section, on):
    conversion = section["conversion"]
    values = [reason.get("value") for reason in conversion.get("reasons", [])]
    if conversion["outcome"] == "convertible":
        yield "convertible from its first day", date_of(conversion["earliest"]) <= on and False not in values
    if conversion["outcome"] == "not_yet":
        yield "not yet before its first day", date_of(conversion["earliest"]) > on
    if "current" in section:
        yield "a lease or an advice", "advice" not in section


def nuisance_laws(section, on):
    yield "a level has its id", (section["level"] > 0) == ("id" in section)
    counting = [report for report in section.get("reports", []) if report.get("counts", True)]
    yield "no level without a report", section["level"] == 0 or bool(counting)
    if "falls_on" in section:
        yield "it falls later", date_of(section["falls_on"]) > on


def step_laws(steps, on):
    dates = [date_of(step["due"]) for step in steps if "due" in step]
    yield "steps by due date", [step.get("due", "9") for step in steps] == sorted(step.get("due", "9") for step in steps) \
        or dates == sorted(dates)
    yield "steps without a date last", all("due" in step for step in steps[:len(dates)])
    for step in steps:
        yield "a step has a reason", bool(step["because"])
        if step.get("overdue"):
            yield "overdue has passed", date_of(step["due"]) <= on


def laws(decision, on):
    yield "it is advice", decision["advice"] is True
    yield "assumptions are sorted", decision["rests_on_assumptions"] == sorted(set(decision["rests_on_assumptions"]))
    if "eligibility" in decision:
        yield from eligibility_laws(decision["eligibility"], on)
    for deadline in decision.get("deadlines", []):
        yield from deadline_laws(deadline, on)
    if "contract" in decision:
        yield from contract_laws(decision["contract"], on)
    if "nuisance" in decision:
        yield from nuisance_laws(decision["nuisance"], on)
    yield from step_laws(decision["next_steps"], on)


def prove(seed, count):
    print(f"seed {seed}, {count} lives a region (repeat with: tests/property/test_laws.py --seed {seed} --count {count})", flush=True)
    rng, counts, broken = random.Random(seed), collections.Counter(), 0
    requests = [a_life(rng, region) for region in run(["--names"]) for _ in range(count)]
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    decisions = run([], lines)
    assert len(decisions) == len(requests) and decisions == run([], lines), "the same requests gave other decisions"
    for request, decision in zip(requests, decisions):
        if "error" in decision and decision["error"]["code"] == "no_covenant_in_force":
            continue
        found = [("it is decided", False)] if "error" in decision else list(laws(decision, date_of(request["on"])))
        counts["decisions"] += 1
        counts["laws"] += len(found)
        counts[decision.get("eligibility", {}).get("outcome", "without eligibility")] += 1
        for law, holds in found:
            if not holds:
                broken += 1
                print(f"broken: {law}\n  {json.dumps(request)}\n  {json.dumps(decision)[:4000]}" if broken <= 5 else law)
    print(", ".join(f"{number} {what}" for what, number in sorted(counts.items())))
    assert counts["laws"] > counts["decisions"] > len(requests) // 3, "hardly anything was decided"
    return broken


def test_laws():
    seed = int(os.environ.get("COVENANT_SEED") or SEED)
    assert prove(seed, int(os.environ.get("COVENANT_CASES") or 60)) == 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, default=60)
    options = parser.parse_args()
    sys.exit(1 if prove(options.seed, options.count) else 0)
