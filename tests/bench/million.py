#!/usr/bin/python3
"""A journal of a million real decisions: how fast a daemon starts on it, how long checking the rest of it takes while it
serves, what it takes on the disk, and what a look-up costs. Nothing here is a test: a figure of this machine, now.

    make bench-million                          a million decisions of 600,000 cases, 17 GB and some minutes
    MILLION_RECORDS=100000 make bench-million   a smaller one
    MILLION_FOLDER=/large make bench-million    where it is made (and removed afterwards); else in the temporary folder
"""
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
import uuid

import zmq

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD") or "build")
BUILD = BUILD if BUILD.is_absolute() else TOP / BUILD
RECORDS = int(os.environ.get("MILLION_RECORDS") or 1_000_000)
CASES = max(1, RECORDS * 6 // 10)
LOOKED_UP = 20_000
CASE = TOP / "tests/demo/case.json"
ON = "2022-09-26"


class Daemon:
    """`seconds`: from its start to the line that says it serves."""

    def __init__(self, data):
        began = time.monotonic()
        self.process = subprocess.Popen([str(BUILD / "covenantd"), "--rules", str(TOP / "rules"), "--data", str(data),
                                         "--bind", "tcp://127.0.0.1:*"], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.seconds = time.monotonic() - began
        if not line.startswith("serving "):
            raise SystemExit("the daemon does not serve")
        self.socket = zmq.Context.instance().socket(zmq.REQ)
        self.socket.connect(re.sub(r"\[::ffff:([0-9.]+)\]", r"\1", line.split()[1]))

    def ask(self, verb, **members):
        self.socket.send_string(json.dumps({"protocol": 1, "request": str(uuid.uuid4()), "verb": verb, **members}))
        reply = json.loads(self.socket.recv())
        if not reply["ok"]:
            raise SystemExit(f"the daemon refuses {verb}: {reply}")
        return reply

    def end(self, number):
        self.socket.close(0)
        self.process.send_signal(number)
        self.process.wait()
        self.process.stdout.close()


def megabytes(path):
    return path.stat().st_size / 1e6


def checked(daemon):
    """Seconds until the rest was checked, and milliseconds of the decisions that were asked for meanwhile."""
    began, case, took = time.monotonic(), json.loads(CASE.read_text(encoding="utf-8")), []
    while True:
        state = daemon.ask("status")["status"]
        if state["reasons"]:
            raise SystemExit(f"the journal is not well: {state['reasons']}")
        if state["checked"]["over"]:
            return time.monotonic() - began, took
        asked = time.monotonic()
        daemon.ask("decide", case={**case, "case": str(uuid.uuid4())}, on=ON)
        took.append(1000 * (time.monotonic() - asked))
        time.sleep(0.05)


def measure(data):
    began = time.monotonic()
    made = subprocess.run([BUILD / "tools/journals", "make", data, str(RECORDS), str(CASES), TOP / "rules", CASE, ON],
                          stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    print(f"{RECORDS} decisions of {CASES} cases, made in {time.monotonic() - began:.0f} s")
    database, keys = megabytes(data / "journal.db"), megabytes(data / "keys")
    print(f"on the disk: {database:.0f} MB database, {keys:.1f} MB keys; for a million decisions"
          f" {database / RECORDS * 1e3:.2f} GB and {keys / RECORDS * 1e6:.0f} MB")
    daemon = Daemon(data)
    print(f"from its start to `serving`: {daemon.seconds:.3f} s after a clean stop", end="")
    daemon.ask("decide", case={**json.loads(CASE.read_text(encoding="utf-8")), "case": "first"}, on=ON)
    daemon.end(signal.SIGKILL)
    daemon = Daemon(data)
    print(f", {daemon.seconds:.3f} s after kill -9")
    seconds, took = checked(daemon)
    if took:
        print(f"the rest checked while serving: {seconds:.1f} s, {RECORDS / seconds:.0f} records/s; a decision"
              f" meanwhile: median {statistics.median(took):.1f} ms, slowest of {len(took)} {max(took):.1f} ms")
    else:
        print("the rest was checked before anything was asked")
    daemon.end(signal.SIGTERM)
    looked = subprocess.run([BUILD / "tools/journals", "look", data, made[0], str(RECORDS), str(CASES),
                             str(LOOKED_UP)], stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    print(f"a look-up of a request {looked[1]} us, of one that was never made {looked[2]} us, of a case {looked[3]} us;"
          f" opening alone {float(looked[0]) / 1e6:.3f} s, checking all of it with nothing else to do"
          f" {float(looked[4]) / 1e6:.1f} s")
    began = time.monotonic()
    subprocess.run([BUILD / "tools/journals", "check", data, made[1]], stdout=subprocess.DEVNULL, check=True)
    print(f"checked at rest by the public key alone: {RECORDS / (time.monotonic() - began):.0f} records/s")


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="covenant-million-", dir=os.environ.get("MILLION_FOLDER") or None))
    try:
        measure(folder / "data")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
