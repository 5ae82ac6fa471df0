"""The daemon is killed with -9 under load of four clients, again and again, and started on the same data.

Clients keep every receipt. After each kill:
- what was not answered is sent again and is answered; of what was answered, a sample is sent again: the same reply,
  byte for byte; and a sample's records are read: as answered, at the same index;
- every receipt ever had is a leaf of the log, at its place, and its head is the root that the leaves give: the log has
  not forked, and holds no decision twice and none that nobody asked for;
- the log has grown from the head that a client kept (`prove`), and the C verifier finds it valid, from an export that
  is made of what the clients know and the signed head.
After the last one this is so of every receipt, not of a sample, and every decision is replayed.

A journal serves for CYCLES_EACH kills, then another is begun: so that a start costs the same in a long run.
"""

import base64
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import zmq

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / "tests/wire"))
from harness import BUILD, SECONDS, Daemon, decide, envelope  # noqa: E402
from proofs import Tree, canonical, grew, head_of, proof_of, root_of, sha, write_tiles  # noqa: E402

CLIENTS = 4
UNDER_WAY = 8
SAMPLE = 10
CYCLES_EACH = 50
SECONDS_MAX = 0.1  # of load, from when the daemon serves
BATCH = 64
TOOL = pathlib.Path(BUILD) / "tools/tiled_log"


class Wire:
    """Some clients of one daemon, in one thread."""

    def __init__(self, endpoint, count):
        self.context, self.poller = zmq.Context(), zmq.Poller()
        self.sockets = [self.context.socket(zmq.DEALER) for _ in range(count)]
        for socket in self.sockets:
            for option in (zmq.LINGER, zmq.SNDHWM, zmq.RCVHWM):
                socket.setsockopt(option, 0)
            socket.connect(endpoint)
            self.poller.register(socket, zmq.POLLIN)

    def close(self):
        for socket in self.sockets:
            socket.close()
        self.context.term()

    def send(self, number, request):
        self.sockets[number].send(json.dumps(request).encode())

    def receive(self, seconds):
        """(client, reply) of all that is there; empty when nothing came in time."""
        return [(self.sockets.index(socket), socket.recv()) for socket, _ in self.poller.poll(seconds * 1000)]

    def ask_all(self, requests):
        """The replies to many requests, by their ids, some under way at a time."""
        replies, waiting = {}, list(reversed(requests))
        for _ in range(min(BATCH, len(waiting))):
            self.send(0, waiting.pop())
        while len(replies) < len(requests):
            came = self.receive(SECONDS)
            assert came, f"no answer within {SECONDS} seconds"
            for _, reply in came:
                replies[json.loads(reply)["request"]] = reply
                if waiting:
                    self.send(0, waiting.pop())
        return replies

    def ask(self, verb, **members):
        request = envelope(verb, **members)
        told = json.loads(self.ask_all([request])[request["request"]])
        assert told["ok"], f"{verb} {members}: {told}"
        return told[verb]


class Journal:
    """One data folder, and all that the clients of its daemon know."""

    def __init__(self, folder, chance):
        self.folder, self.chance = folder, chance
        self.data = str(folder / "data")
        self.asked, self.answered, self.fresh = {}, {}, []
        self.known, self.tree, self.leaves = {}, Tree(), []  # leaves by index; the beginning of them that has no gap
        self.decisions, self.head = 0, (None, 0, None)

    # -- under load ------------------------------------------------------------------------------------------------

    def start(self):
        """Now and then it is killed while it starts, or ended well."""
        if self.chance.random() < 0.1:
            daemon = Daemon(self.data, serves=False)
            time.sleep(self.chance.uniform(0, SECONDS_MAX / 3))
            daemon.close()
        daemon = Daemon(self.data)
        if self.chance.random() < 0.1:
            daemon.signal(signal.SIGTERM)
            assert daemon.process.wait() == 0, "SIGTERM did not end it with 0"
            daemon.close()
            daemon = Daemon(self.data)
        return daemon

    def load(self, daemon):
        """Keeps requests under way, and kills the daemon at some moment."""
        wire = Wire(daemon.endpoint, CLIENTS)
        for number in range(CLIENTS * UNDER_WAY):
            self.send(wire, number % CLIENTS)
        ends = time.monotonic() + self.chance.uniform(0, SECONDS_MAX)
        while (left := ends - time.monotonic()) > 0:
            for number, reply in wire.receive(left):
                self.keep(reply)
                self.send(wire, number)
        daemon.close()  # SIGKILL
        while came := wire.receive(0.01):  # what had left it
            for _, reply in came:
                self.keep(reply)
        wire.close()

    def send(self, wire, number):
        request = decide(f"veld-{len(self.asked)}")
        self.asked[request["request"]] = request
        wire.send(number, request)

    # -- what an answer says ---------------------------------------------------------------------------------------

    def keep(self, reply):
        told = json.loads(reply)
        assert told["ok"], f"refused: {reply[:300]!r}"
        assert self.answered.setdefault(told["request"], reply) == reply, f"two replies to {told['request']}"
        record, leaf = told["record"], base64.b64decode(told["record"]["leaf"])
        answer = sha(base64.b64decode(record["opening"]), canonical(told["decision"]))
        assert json.loads(leaf)["answer"] == f"sha256:{answer.hex()}", f"{record['id']}: the leaf is of another answer"
        index, path, log, size, root = proof_of(record["proof"])
        assert (index, log) == (record["index"], record["log"]), record
        assert root_of(leaf, index, size, path) == root, f"{record['id']}: the receipt proves nothing"
        self.place(log, index, leaf)
        self.fresh.append((told["request"], size, root))

    def place(self, log, index, leaf):
        there = self.known.setdefault(index, leaf)
        assert there == leaf, f"{log}: two records at {index}:\n{there!r}\n{leaf!r}"

    # -- after a start ---------------------------------------------------------------------------------------------

    def judge(self, daemon, whole):
        wire = Wire(daemon.endpoint, 1)
        unanswered = [request for id, request in self.asked.items() if id not in self.answered]
        sample = sorted(self.answered)
        if not whole:
            sample = self.chance.sample(sample, min(SAMPLE, len(sample)))
        replies = wire.ask_all([self.asked[id] for id in sample])
        for id in sample:
            assert replies[id] == self.answered[id], f"another reply:\n{self.answered[id]!r}\n{replies[id]!r}"
        for reply in wire.ask_all(unanswered).values():
            self.keep(reply)
        self.judge_records(wire, sample)
        if self.answered:
            self.judge_log(wire)
        if whole:
            self.judge_replay(wire)
        wire.close()

    def judge_records(self, wire, sample):
        requests = {id: envelope("record", decision=json.loads(self.answered[id])["record"]["id"]) for id in sample}
        replies = wire.ask_all(list(requests.values()))
        for id, request in requests.items():
            was, now = json.loads(self.answered[id]), json.loads(replies[request["request"]])
            assert now["ok"], f"answered, and not in the journal: {now}"
            for name in ("id", "log", "index", "leaf"):
                assert was["record"][name] == now["record"][name], f"{name}: {was}\n{now}"
            assert canonical(was["decision"]) == canonical(now["record"]["decision"]), f"{was}\n{now}"
            assert now["record"]["request"]["case"] == self.asked[id]["case"], f"{was}\n{now}"

    def judge_log(self, wire):
        head = wire.ask("checkpoint", region="veldstad")
        log, size, root = head_of(head["note"])
        self.fill(wire, size)
        for index in range(self.tree.size, size):
            self.leaves.append(self.known[index])
            self.tree.add(self.known[index])
            self.decisions += json.loads(self.known[index])["kind"] == "decision"
        assert root == self.tree.roots[size], f"{log}: the head of {size} records is not of their leaves"
        assert max(self.known) < size, f"{log}: a receipt is for {max(self.known)}, the log has {size} records"
        for id, at, then in self.fresh:
            assert then == self.tree.roots[at], f"the receipt of {id} is of another log than the one of now"
        self.fresh.clear()
        assert self.decisions == len(self.answered), f"{self.decisions} decisions for {len(self.answered)} requests"
        if self.head[1]:
            proof = wire.ask("prove", log=log, **{"from": self.head[1], "to": size})
            hashes = [bytes.fromhex(text.partition(":")[2]) for text in proof["hashes"]]
            assert grew(self.head[1], self.head[2], size, root, hashes), f"{log} did not grow from {self.head}"
        self.head = (log, size, root)
        write_tiles(self.folder / "export", self.tree, self.leaves, head["note"])
        verified = subprocess.run([TOOL, "verify", self.folder / "export", head["vkey"]], capture_output=True, text=True)
        assert verified.returncode == 0, f"{log}: {verified.stdout}{verified.stderr}"

    def fill(self, wire, size):
        """The leaves of what no client has a receipt of: what the daemon wrote down by itself."""
        lacking = {index for index in range(self.tree.size, size) if index not in self.known}
        after = {}
        while lacking:
            page = wire.ask("history", region="veldstad", limit=1000, **after)
            for heading in page["records"]:
                if heading["index"] in lacking:
                    record = wire.ask("record", decision=heading["id"])
                    assert record["kind"] != "decision", f"a decision that nobody asked for: {record}"
                    self.place(record["log"], record["index"], base64.b64decode(record["leaf"]))
                    lacking.remove(heading["index"])
            assert not lacking or "next" in page, f"no record at {sorted(lacking)[:10]}"
            after = {"after": page.get("next")}

    def judge_replay(self, wire):
        start, same = 0, 0
        while start is not None:
            told = wire.ask("replay", region="veldstad", **{"from": start})
            assert told["different"] == 0 and told["erased"] == 0, told
            same, start = same + told["identical"], told.get("next")
        assert same == len(self.answered), f"{same} decisions replay, of {len(self.answered)}"


def one_journal(count, chance, ends):
    """(kills, decisions) of one data folder; it stays where it is when something is wrong."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="covenant-kills-"))
    journal, killed = Journal(folder, chance), 0
    try:
        while killed < count and (killed == 0 or time.monotonic() < ends):
            daemon = journal.start()
            journal.judge(daemon, whole=False)
            journal.load(daemon)
            killed += 1
        daemon = journal.start()
        journal.judge(daemon, whole=True)
        daemon.close()
    except AssertionError as problem:
        raise AssertionError(f"after {killed} kills of the journal in {folder}: {problem}") from problem
    shutil.rmtree(folder)
    return killed, len(journal.answered)


def cycles(count, seed, seconds=float("inf")):
    """Kills so often, or until the seconds are over: (how many, how many decisions were answered)."""
    chance, ends = random.Random(seed), time.monotonic() + seconds
    killed = decisions = 0
    while killed < count and time.monotonic() < ends:
        more, answered = one_journal(min(CYCLES_EACH, count - killed), chance, ends)
        killed, decisions = killed + more, decisions + answered
    return killed, decisions
