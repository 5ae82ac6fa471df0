#!/usr/bin/python3
"""Long runs: the daemon is killed with -9 under load, again and again; and random conditions in great number.

    make soak                       ten minutes, a million pairs, and 200 random covenants
    SOAK_SECONDS=60 SOAK_PAIRS=100000 SOAK_COVENANTS=20 make soak

After each kill the daemon starts on the same data, and then:
- every decision that was answered is in the journal, as it was answered (`record`);
- every request that was not answered is sent again with its id, and is answered;
- a sample of those that were answered is sent again: the same reply, byte for byte, and no new record;
- the log has each index once, without a gap, and no more records than requests.
At the end all records are replayed: each is identical. The last line is `N passed, N failed`.
"""
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid

import zmq

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD") or "build")
BUILD = BUILD if BUILD.is_absolute() else TOP / BUILD
SECONDS = float(os.environ.get("SOAK_SECONDS") or 600)
PAIRS = int(os.environ.get("SOAK_PAIRS") or 1_000_000)
COVENANTS = int(os.environ.get("SOAK_COVENANTS") or 200)
CLIENTS = 3
UNDER_WAY = 32
SAMPLE = 20
CASE = json.loads((TOP / "tests/demo/case.json").read_text(encoding="utf-8"))


class Daemon:
    def __init__(self, data):
        self.log = open(data.parent / "log", "ab")
        self.process = subprocess.Popen([str(BUILD / "covenantd"), "--rules", str(TOP / "rules"), "--data", str(data),
                                         "--bind", "tcp://127.0.0.1:*"], stdout=subprocess.PIPE, stderr=self.log,
                                        text=True)
        line = self.process.stdout.readline()
        if not line.startswith("serving "):
            raise AssertionError("the daemon does not serve: " + (data.parent / "log").read_text(errors="replace"))
        self.endpoint = re.sub(r"\[::ffff:([0-9.]+)\]", r"\1", line.split()[1])

    def end(self, number):
        self.process.send_signal(number)
        code = self.process.wait(60)
        self.process.stdout.close()
        self.log.close()
        return code


class Client:
    """One DEALER. `replies` holds the bytes of every answer by the request's id."""

    def __init__(self, context, endpoint):
        self.socket = context.socket(zmq.DEALER)
        for option in (zmq.LINGER, zmq.SNDHWM, zmq.RCVHWM):
            self.socket.setsockopt(option, 0)
        self.socket.connect(endpoint)

    def send(self, request):
        self.socket.send_multipart([b"", json.dumps(request).encode()])

    def receive(self, milliseconds):
        return self.socket.recv_multipart()[1] if self.socket.poll(milliseconds) else None

    def ask(self, request):
        self.send(request)
        reply = self.receive(30_000)
        if reply is None:
            raise AssertionError(f"no answer to {request['verb']} within 30 seconds")
        return reply

    def close(self):
        self.socket.close()


def envelope(verb, **members):
    return {"protocol": 1, "request": str(uuid.uuid4()), "verb": verb, **members}


def load(endpoint, asked, answered, stop):
    """Keeps requests under way until told to stop; what was sent stands in `asked`, what came back in `answered`."""
    context = zmq.Context()
    client, waiting = Client(context, endpoint), 0
    while not stop.is_set():
        while waiting < UNDER_WAY:
            request = envelope("decide", case={**CASE, "case": f"soak-{len(asked)}"}, on="2022-09-26")
            asked[request["request"]] = request
            client.send(request)
            waiting += 1
        reply = client.receive(20)
        if reply:
            told = json.loads(reply)
            if told.get("error", {}).get("code") != "busy":
                answered[told["request"]] = reply
            waiting -= 1
    while (reply := client.receive(50)) is not None:
        answered[json.loads(reply)["request"]] = reply
    client.close()
    context.term()


class Soak:
    def __init__(self, data, seed):
        self.data, self.random, self.context = data, random.Random(seed), zmq.Context()
        self.asked, self.answered, self.kills = {}, {}, 0

    def under_load(self, endpoint, daemon):
        stop, parts = threading.Event(), [({}, {}) for _ in range(CLIENTS)]
        threads = [threading.Thread(target=load, args=(endpoint, asked, answered, stop)) for asked, answered in parts]
        for thread in threads:
            thread.start()
        time.sleep(self.random.uniform(0.02, 1.0))
        daemon.end(signal.SIGKILL)
        stop.set()
        for thread in threads:
            thread.join()
        self.kills += 1
        return ({key: value for asked, _ in parts for key, value in asked.items()},
                {key: value for _, answered in parts for key, value in answered.items()})

    def judge(self, client, asked, answered):
        for request, reply in answered.items():
            told = json.loads(reply)
            assert told["ok"] is True, f"refused: {reply[:300]!r}"
            record = json.loads(client.ask(envelope("record", decision=told["record"]["id"])))
            assert record["ok"], f"answered, and not in the journal: {told['record']['id']} (request {request})"
            assert record["record"]["decision"] == told["decision"], f"recorded otherwise: {told['record']['id']}"
        for request in self.random.sample(sorted(answered), min(SAMPLE, len(answered))):
            assert client.ask(asked[request]) == answered[request], f"another reply to the same request {request}"
        for request in sorted(asked.keys() - answered.keys()):
            reply = client.ask(asked[request])
            assert json.loads(reply)["ok"], f"sent again and refused: {reply[:300]!r}"
            answered[request] = reply
        self.asked.update(asked)
        self.answered.update(answered)
        places = sorted((told["log"], told["index"]) for told in
                        (json.loads(reply)["record"] for reply in self.answered.values()))
        assert len(set(places)) == len(places), "two decisions at one place of the log"
        for log in {log for log, _ in places}:
            indexes = [index for name, index in places if name == log]
            assert indexes == list(range(indexes[0], indexes[0] + len(indexes))), f"a gap in {log}"

    def replay_all(self, client):
        start, same = 0, 0
        while start is not None:
            reply = json.loads(client.ask(envelope("replay", region="almere", **{"from": start})))
            assert reply["ok"], reply
            told = reply["replay"]
            assert told["different"] == 0 and told["erased"] == 0, told
            same, start = same + told["identical"], told.get("next")
        assert same == len(self.answered), f"{same} records replay, of {len(self.answered)} that were answered"

    def run(self, seconds):
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            daemon = Daemon(self.data)
            asked, answered = self.under_load(daemon.endpoint, daemon)
            told = len(answered)
            daemon = Daemon(self.data)
            client = Client(self.context, daemon.endpoint)
            self.judge(client, asked, answered)
            client.close()
            assert daemon.end(signal.SIGTERM) == 0, "SIGTERM did not end it with 0"
            print(f"killed {self.kills} times: {len(asked)} asked, {told} answered before, {len(self.answered)} in all",
                  flush=True)
        daemon = Daemon(self.data)
        self.replay_all(Client(self.context, daemon.endpoint))
        assert daemon.end(signal.SIGTERM) == 0


def soak_kills(seed):
    with tempfile.TemporaryDirectory(prefix="covenant-soak-") as folder:
        soak = Soak(pathlib.Path(folder) / "data", seed)
        soak.run(SECONDS)
        print(f"{soak.kills} kills, {len(soak.answered)} decisions, each in the journal as answered, and replayed")


def soak_pairs(seed):
    environment = {**os.environ, "COVENANT_PAIRS": str(PAIRS), "COVENANT_SEED": str(seed)}
    subprocess.run([str(BUILD / "unit/test_expression_random")], cwd=TOP, env=environment, check=True)
    print(f"{PAIRS} random pairs of condition and facts")


def soak_properties(seed):
    """The random tests of `make test`, many more of them, from another seed each time."""
    for script in ("property/test_redaction.py", "property/test_unknowns.py", "property/test_laws.py"):
        subprocess.run([TOP / "tests" / script, "--seed", str(seed), "--count", str(COVENANTS)], cwd=TOP, check=True)
    subprocess.run([TOP / "tests/reference/compare.py", "--seed", str(seed), "--cases", str(COVENANTS)], cwd=TOP, check=True)


def main():
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(1_000_000))
    print(f"seed {seed} (repeat it with: SEED={seed} make soak)", flush=True)
    passed = failed = 0
    for part in (soak_kills, soak_pairs, soak_properties):
        try:
            part(seed)
            passed += 1
        except (AssertionError, subprocess.CalledProcessError) as problem:
            print(f"FAILED {part.__name__}: {problem}")
            failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
