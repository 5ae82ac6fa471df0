#!/usr/bin/python3
"""Deciding is bounded by work, counted in steps (base/arena.h), never in time: whoever posts a case cannot hold up the
daemon. Here are the covenants and cases that once took minutes, each with the steps that are enough; the largest cases
over every covenant of rules/; and random covenants, of which no decision is refused for its work.

    tests/property/test_work.py --seed 7 --count 10
"""
import argparse
import datetime
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import test_redaction  # noqa: E402
import wide  # noqa: E402

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD") or TOP / "build")
SEED = 55567  # its covenant took minutes for one case
DAY = datetime.timedelta(days=1)
# DECISION_STEPS_MAX and what one step may count beyond it
STEPS_MAX, OVER = 20_000_000, 1_100_000
RANDOM_MAX = 8_000_000
EVENTS_MAX, EVENTS_OF_A_LIFE = 4000, 1560  # the bound; thirty years with a report a week


def run(folder, requests, *more):
    text = "".join(json.dumps(request) + "\n" for request in requests)
    process = subprocess.run([BUILD / "tools/decide_lines", folder, *more], input=text.encode(), capture_output=True, check=False)
    assert process.returncode == 0, process.stderr.decode()[-2000:]
    return [json.loads(line) for line in process.stdout.decode().splitlines()]


# ---- what once took minutes ----

def covenant(folder, **sections):
    """A region `plain` with one version and these sections."""
    base = wide.Wide(random.Random(1))
    base.write(folder)
    for path in pathlib.Path(folder, "plain").iterdir():
        if path.name != "1":
            subprocess.run(["rm", "-r", path], check=True)
    text = {"covenant": "plain", "version": "1", "title": {"nl": "Proef"},
            "in_force": {"from": "2000-01-01", "source": "text"},
            "sources": {"text": {"title": "De tekst", "kind": "publication"}}, **sections}
    for path in pathlib.Path(folder, "plain/1").iterdir():
        path.unlink()
    pathlib.Path(folder, "plain/1/covenant.yaml").write_text(json.dumps(text, indent=1), encoding="utf-8")


def steps_of(events, on, **sections):
    with tempfile.TemporaryDirectory(prefix="covenant-") as folder:
        covenant(folder, **sections)
        request = {"case": {"case": "a-1", "region": "plain", "events": events, "facts": {}}, "on": on}
        decision = run(folder, [request])[0]
        assert "error" not in decision, decision
        return decision, run(folder, [request], "--steps")[0]


def rule(name, **more):
    return {"id": name, "says": {"nl": f"Proef {name}"}, "source": "text", **more}


def test_relapse_without_end():
    """A quiet day at a time, while relapse never ends: each day is judged once."""
    nuisance = {"source": "text", "levels": [rule("N1", enter="severity == \"severe\"", quiet="P1D", actions=[])],
                "relapse": rule("N9", when="on > \"2022-11-09\"", actions=[])}
    decision, steps = steps_of([{"event": "nuisance_reported", "on": "2022-11-09", "severity": "severe", "reporter": "named"}],
                               "2022-11-20", nuisance=nuisance)
    assert decision["nuisance"]["level"] == 1 and "falls_on" not in decision["nuisance"]
    assert steps < 100_000, steps


def test_working_days_in_a_pause():
    """Ten working days that stood still for twenty years."""
    deadline = {**rule("D1"), "owner": "client", "starts": "contract_signed", "limit": "10 working days",
                "paused": [{"from": "warning_given", "until": "relapse_reported"}]}
    decision, steps = steps_of([{"event": "contract_signed", "on": "2000-03-01", "kind": "omklap"}, {"event": "warning_given", "on": "2000-03-02"},
                                {"event": "relapse_reported", "on": "2020-03-02"}], "2020-03-03", deadlines=[deadline])
    due = decision["deadlines"][0]["due"]
    assert "2020-03-12" <= due <= "2020-03-20", due
    assert steps < 100_000, steps


# ---- the largest cases ----

def value_of(name, kind, region, on):
    if isinstance(kind, list):
        return kind[0]
    known = region.get(name)
    return known[0] if known else {"boolean": True, "integer": 3, "money": "12.00", "date": on}.get(kind, "x")


def large_case(region, event, count):
    first, events = datetime.date.fromisoformat(region["from"]), []
    for at in range(count):
        on = (first + (30 + at * 30 * 365 // count) * DAY).isoformat()
        events.append({"event": event, "on": on, **{name: value_of(name, kind, region, on)
                                                    for name, kind in region["events"][event].items()}})
    return {"case": {"case": "a-1", "region": region["region"], "events": events, "facts": {}},
            "on": (first + (31 + 30 * 365) * DAY).isoformat()}


def test_largest_cases():
    """A life of reports is decided; the most events that a case may have never take more than the bound."""
    names = run(TOP / "rules", [], "--names")
    if os.environ.get("SANITIZED"):
        names = names[:1]
    for region in names:
        for event in ("nuisance_reported", "contract_signed"):
            if event not in region["events"]:
                continue
            life, most = (large_case(region, event, count) for count in (EVENTS_OF_A_LIFE, EVENTS_MAX))
            steps = run(TOP / "rules", [life, most], "--steps")
            assert steps[0] < STEPS_MAX, (region["region"], event, steps)
            assert steps[1] < STEPS_MAX + OVER, (region["region"], event, steps)


# ---- random covenants ----

def prove(seed, count):
    print(f"seed {seed}, {count} covenants (repeat with: tests/property/test_work.py --seed {seed} --count {count})", flush=True)
    most = (0, None)
    for one in range(seed, seed + count):
        chance = random.Random(one)
        with tempfile.TemporaryDirectory(prefix="covenant-") as folder:
            made = wide.Wide(chance)
            made.write(folder)
            views = test_redaction.Views(folder, chance)
            test_redaction.random_groups(made, chance, views)
            requests = [{"case": case, "on": on, "flip": True} for _, cases, on, _, _ in views.groups for case in cases]
            most = max(most, *((steps, (one, json.dumps(request))) for steps, request
                               in zip(run(folder, requests, "--steps"), requests)))
    print(f"{count} covenants, at most {most[0]} steps for a decision")
    return most


def test_random_covenants():
    steps, which = prove(int(os.environ.get("COVENANT_SEED") or SEED), 1 if os.environ.get("SANITIZED") else 3)
    assert steps < RANDOM_MAX, (steps, which)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, default=3)
    options = parser.parse_args()
    found = prove(options.seed, options.count)
    print(found[1])
    sys.exit(found[0] >= RANDOM_MAX)
