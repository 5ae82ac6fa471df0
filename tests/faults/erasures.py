"""What is left of an erased case: looked for in every file of the data folder, in what the daemon printed, and in all of
its memory.

Every case has markers of its own: its name, a fact, the reference of an event, who confirmed its decision and why. And
secrets, which are taken from a copy of the data folder before the erasure (build/tools/traces): the key of the case and
the slot that wraps it, the seed, all salts, the opening that was sent, the sealed bytes. No eight bytes in a row of any
of these may be found. That they would be is shown first, by the same search before the erasure.
"""
import base64
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / "tests/wire"))
from harness import BUILD, Client, Daemon, envelope  # noqa: E402
from proofs import proof_of, root_of  # noqa: E402

TRACES = pathlib.Path(BUILD) / "tools/traces"
COVENANT = pathlib.Path(BUILD) / "covenant"
LETTERS = "GHJKLMNPQRSTUVWXYZghjkmnpqrstuvwxyz"  # in no digest and in few words
CASE = json.loads((TOP / "tests/demo/case.json").read_text(encoding="utf-8"))
REGION = CASE["region"]
TOGETHER = 50  # erasures that are sent at once: the daemon begins anew once for all of them
UNDER_WAY = 256
# The daemon lets only root look into its memory; the sanitizers keep what is freed, on purpose.
MEMORY = os.geteuid() == 0 and not os.environ.get("SANITIZED")
SEALED = ("slot", "sealed")  # of the secrets, those that lie in files; the others must never have


def secrets_of(data):
    """Of each record that is sealed: id, slot, and the lines that `traces` makes of its secrets."""
    with tempfile.TemporaryDirectory(prefix="covenant-traces-") as name:
        copy = pathlib.Path(name) / "data"
        shutil.copytree(data, copy)
        database = sqlite3.connect(copy / "journal.db")
        rows, records = [], {}
        for slot, log, index, leaf, payload in database.execute(
                "SELECT record.slot, name, position, leaf, payload FROM record JOIN log ON log.number = log"
                " WHERE record.slot > 0 AND payload IS NOT NULL"):
            told = json.loads(leaf)["id"]
            records[told] = slot, []
            rows.append(f"{told} {slot} {log} {index} {told} {payload.hex()}\n")
        database.close()
        lines = subprocess.run([TRACES, "secrets", copy], input="".join(rows), capture_output=True, text=True, check=True)
        for line in lines.stdout.splitlines():
            records[line.partition(":")[0]][1].append(line)
        return records


def scan(patterns, targets):
    """`LABEL TARGET OFFSET` of what is found, and how many bytes were searched."""
    told = subprocess.run([TRACES, "scan", patterns, *map(str, targets)], capture_output=True, text=True, check=True)
    lines = told.stdout.splitlines()
    return lines[:-1], int(lines[-1].split()[0])


class Marked:
    """A case, and what is looked for of it."""

    def __init__(self, generator):
        self.markers = {what: "".join(generator.choices(LETTERS, k=20))
                        for what in ("name", "fact", "reference", "by", "reason")}
        self.name, self.secrets, self.ids = self.markers["name"], [], []
        events = [dict(event) for event in CASE["events"]]
        events[0]["ref"] = self.markers["reference"]
        self.case = {**CASE, "case": self.name, "events": events,
                     "facts": {**CASE["facts"], "municipality_of_origin": self.markers["fact"]}}

    def lines(self):
        return [f"{self.name}:{what} {text.encode().hex()}" for what, text in self.markers.items()] + \
               [self.name + line[line.index(":"):] for line in self.secrets]


class Erasures:
    def __init__(self, folder, seed):
        self.folder, self.random = pathlib.Path(folder), random.Random(seed)
        self.data, self.printed = self.folder / "data", self.folder / "printed"
        self.daemon = None
        self.scanned = 0

    def start(self):
        self.daemon = Daemon(str(self.data), rules=str(TOP / "rules"), arguments=["--local-roles", "all"])
        self.client = Client(self.daemon.endpoint)

    def stop(self):
        self.client.close()
        assert self.daemon.stop() == 0, self.daemon.said()
        with open(self.printed, "a", encoding="utf-8") as printed:
            printed.write(self.daemon.said() + self.daemon.process.stdout.read())
        self.daemon.close()

    def ask(self, *requests):
        """The answers, in the order of the requests."""
        replies = {}
        for at in range(0, len(requests), UNDER_WAY):
            for request in requests[at:at + UNDER_WAY]:
                self.client.send(request)
            for _ in requests[at:at + UNDER_WAY]:
                reply = self.client.receive()
                assert reply["ok"], reply
                replies[reply["request"]] = reply
        return [replies[request["request"]] for request in requests]

    def decide(self, marked):
        for case, reply in zip(marked, self.ask(*(envelope("decide", case=case.case, on="2022-09-26")
                                                  for case in marked))):
            case.ids.append(reply["record"]["id"])
        confirmed = self.ask(*(envelope("confirm", decision=case.ids[0], by=case.markers["by"], outcome="deviates",
                                        reason=case.markers["reason"]) for case in marked))
        for case, reply in zip(marked, confirmed):
            case.ids.append(reply["record"]["id"])
        # Read, so that what was sealed is opened in memory too.
        self.ask(*(envelope("record", decision=case.ids[0]) for case in marked))
        records = secrets_of(self.data)
        for case in marked:
            for told in case.ids:
                case.secrets += records[told][1]

    def found(self, marked, targets):
        """What is found of them, each label once in each target."""
        with tempfile.NamedTemporaryFile("w", prefix="covenant-patterns-") as patterns:
            patterns.write("".join(line + "\n" for case in marked for line in case.lines()))
            patterns.flush()
            found, bytes_searched = scan(patterns.name, targets)
        self.scanned += bytes_searched
        return found

    def memory_shows(self, marked):
        """The control of memory: the same search, while requests that hold the markers wait in a stopped daemon."""
        process = self.daemon.process.pid
        for _ in range(20):
            requests = [envelope("simulate", case=case.case, on="2022-09-26") for case in marked]
            for request in requests:
                self.client.send(request)
            os.kill(process, signal.SIGSTOP)
            found = {line.split()[0] for line in self.found(marked, [process])}
            os.kill(process, signal.SIGCONT)
            for _ in requests:
                self.client.receive()
            if any(label.endswith(":fact") for label in found):
                return True
        return False

    def erase(self, marked):
        requests = [envelope("erase", case=case.name, region=REGION, ground="avg-17") for case in marked]
        for at in range(0, len(requests), TOGETHER):
            part = requests[at:at + TOGETHER]
            for request in part:
                self.client.send(request)
            for request in part:
                reply = self.client.ask_again(request)
                assert reply["ok"], reply
            self.client.replaced()
            self.client.close()  # replies to what was asked twice must not be taken for others
            self.client = Client(self.daemon.endpoint)

    def targets(self):
        self.daemon.errors.flush()
        said = self.folder / "said"
        said.write_text(self.daemon.said(), encoding="utf-8")
        return [self.data, said, *([self.printed] if self.printed.exists() else [])]

    def nothing_left(self, marked):
        left = self.found(marked, self.targets() + [self.daemon.process.pid] * MEMORY)
        assert not left, "still there after the erasure: " + "; ".join(left[:10])

    def log_verifies(self, erased, kept):
        for case in erased + kept:
            for reply in self.ask(*(envelope("record", decision=told) for told in case.ids)):
                record = reply["record"]
                assert ("decision" in record) == (case in kept), record
                index, path, origin, size, root = proof_of(record["proof"])
                assert (index, origin) == (record["index"], record["log"])
                assert root_of(base64.b64decode(record["leaf"]), index, size, path) == root, record
            outcome = self.ask(envelope("replay", decision=case.ids[0]))[0]["replay"]["outcome"]
            assert outcome == ("identical" if case in kept else "erased"), outcome
        log = self.ask(envelope("record", decision=erased[0].ids[0]))[0]["record"]["log"]
        vkey = self.ask(envelope("checkpoint", log=log))[0]["checkpoint"]["vkey"]
        export = self.folder / "export"
        for command in (["audit", "export", "--log", log, "--to", export, "--connect", self.daemon.endpoint],
                        ["audit", "verify", export, "--vkey", vkey]):
            ran = subprocess.run([COVENANT, *command], capture_output=True, text=True)
            assert ran.returncode == 0, (command, ran.returncode, ran.stdout, ran.stderr)


def run(count, seed, folder):
    """Erases `count` cases and looks for them; how many bytes were searched, and of how many patterns."""
    erasures = Erasures(folder, seed)
    erased = [Marked(erasures.random) for _ in range(count)]
    kept = [Marked(erasures.random) for _ in range(5)]
    erasures.start()
    erasures.decide(erased + kept)
    files = {tuple(line.split()[0].split(":")) for line in erasures.found(erased, [erasures.data])}
    assert files == {(case.name, what) for case in erased for what in SEALED}, "the files before the erasure"
    assert not MEMORY or erasures.memory_shows(erased[:200]), "the memory before the erasure"
    erasures.erase(erased)
    erasures.nothing_left(erased)
    erasures.log_verifies(erased, kept)
    erasures.stop()
    erasures.start()
    erasures.nothing_left(erased)
    erasures.log_verifies(erased[:1], kept)
    files = {line.split()[0].split(":")[1] for line in erasures.found(kept, [erasures.data])}
    assert files == set(SEALED), "what was not erased"
    erasures.stop()
    return erasures.scanned, sum(len(case.lines()) for case in erased)
