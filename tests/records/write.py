#!/usr/bin/python3
"""Writes the records of this version: tests/records/VERSION.tar.xz, which `make test` replays from then on.

    make && tests/records/write.py [FOLDER]      (here, when no folder is named)

A daemon of its own decides the thirty shared cases in every region, each on two dates, and in the ways in which clients ask.
All its logs are exported whole and opened, as an auditor would: what was asked, what was decided, and the rule files.
"""
import itertools
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / "tests/wire"))
from harness import BUILD, Client, Daemon, envelope  # noqa: E402

ASKED = ({}, {"trace": True}, {"questions": ["eligibility", "deadlines"]})


def covenant(*arguments):
    done = subprocess.run([os.path.join(BUILD, "covenant"), *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"covenant {' '.join(map(str, arguments))}: {done.stdout}{done.stderr}")
    return done.stdout


def requests():
    """Every shared case in every region, on the date that it names and a year before."""
    shared = json.loads((TOP / "tests/cases/shared.json").read_text(encoding="utf-8"))
    regions = sorted(path.name for path in (TOP / "rules").iterdir() if list(path.glob("*/covenant.yaml")))
    for number, (region, one, years) in enumerate(itertools.product(regions, shared, (0, 1))):
        case = {"case": f"{region}-{number}", "region": region, "facts": one.get("facts", {}), "events": one.get("events", [])}
        yield envelope("decide", on=f"{int(one['on'][:4]) - years}{one['on'][4:]}", case=case, **ASKED[number % len(ASKED)])


def decide_all(endpoint):
    """How many were decided, and the logs that hold them."""
    client, logs, decided = Client(endpoint), set(), 0
    for request in requests():
        told = client.ask(request)
        decided += told["ok"]
        if told["ok"]:
            logs.add(told["record"]["log"])
    version = client.ask(envelope("status"))["status"]["version"]
    client.close()
    return decided, sorted(logs), version


def write(folder, work):
    covenant("audit", "key", "--to", work / "auditor")
    daemon = Daemon(str(work / "data"), rules=str(TOP / "rules"), arguments=["--local-roles", "all"])
    decided, logs, version = decide_all(daemon.endpoint)
    for log in logs:
        name = log.replace("/", "-")
        covenant("audit", "export", "--connect", daemon.endpoint, "--log", log, "--whole", "--key",
                 work / "auditor.pub", "--to", work / f"{name}.whole", "--until", "2099-12-31")
        covenant("audit", "open", work / f"{name}.whole", "--key", work / "auditor", "--to", work / "opened" / name)
    daemon.stop()
    daemon.close()
    path = folder / f"{version}.tar.xz"
    with tarfile.open(path, "w:xz", preset=9) as archive:
        archive.add(work / "opened", arcname=version)
    print(f"{path}: {decided} decisions of {len(logs)} logs, {path.stat().st_size} bytes")


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent
    with tempfile.TemporaryDirectory() as name:
        write(target, pathlib.Path(name))
