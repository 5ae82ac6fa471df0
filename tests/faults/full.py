"""A disk that fills and gets room again, round after round.

In each round room runs out at some moment. Then what writes hears `unavailable` within a second, and what only reads is
answered; some daemons are stopped or killed on the full disk, and start on it. When there is room again, decisions are
taken within five seconds. At the end every answer that had come is recorded, once, without a gap, and replays.

The disk is a small tmpfs, or one that only says it is full (the shim's ENOSPC, from some call on).
"""

import contextlib
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / "tests/wire"))
from harness import Client, Daemon, decide, envelope  # noqa: E402
from shim import Shim  # noqa: E402

ROUNDS_EACH = 10  # then another disk: so that a small one holds them
SLOW = 5 if os.environ.get("SANITIZED") else 1


class SmallDisk:
    """A tmpfs; `fill` leaves less room than a batch takes, at first or after some."""

    def __init__(self, folder, chance):
        self.folder, self.chance = folder, chance
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", folder], capture_output=True)
        if done.returncode != 0:
            raise PermissionError("a tmpfs cannot be mounted here")
        self.ballast = os.path.join(folder, "ballast")

    environment = None

    def fill(self):
        room = os.statvfs(self.folder)
        size = max(room.f_bavail * room.f_frsize - self.chance.choice([0, 4096, 65536, 200000]), 0)
        with open(self.ballast, "wb", buffering=0) as file, contextlib.suppress(OSError):
            for _ in range(size // 4096):
                file.write(b"x" * 4096)

    def free(self):
        os.remove(self.ballast)

    def close(self):
        subprocess.run(["umount", "-l", self.folder], capture_output=True)


class SayingFull:
    def __init__(self, folder, chance):
        self.chance, self.shim = chance, Shim(folder, calls="write,allocate")
        self.environment = self.shim.environment()

    def fill(self):
        self.shim.strike(self.chance.randrange(1, 40), "ENOSPC", ever=True)

    def free(self):
        self.shim.relent()

    def close(self):
        self.shim.close()


class Rounds:
    def __init__(self, folder, disk, chance):
        self.data, self.disk, self.chance = os.path.join(folder, "data"), disk, chance
        self.answered, self.daemon, self.client, self.cases = [], None, None, 0
        self.slowest_refusal = self.slowest_return = 0.0

    def start(self):
        self.daemon = Daemon(self.data, environment=self.disk.environment)
        self.client = Client(self.daemon.endpoint)

    def end(self, kill):
        if kill:
            self.daemon.kill()
        else:
            assert self.daemon.stop() == 0, self.daemon.said()
        self.client.close()
        self.daemon.close()

    def decide(self):
        """Is it answered? What is refused is `unavailable`."""
        self.cases += 1
        reply = self.client.ask(decide("veld-%d" % self.cases))
        if reply["ok"]:
            self.answered.append(reply)
        else:
            assert reply["error"]["code"] == "unavailable", reply
        return reply["ok"]

    def reads(self):
        assert self.client.ask(envelope("status"))["status"]["ready"] is False
        for verb, members in (("covenants", {}), ("checkpoint", {"region": "veldstad"}),
                              ("prove", {"decision": self.chance.choice(self.answered)["record"]["id"]})):
            reply = self.client.ask(envelope(verb, **members))
            assert reply["ok"], "on a full disk `%s` is refused: %s" % (verb, reply)

    def round(self):
        for _ in range(self.chance.randrange(1, 6)):
            assert self.decide(), "refused, and there is room"
        self.disk.fill()
        for _ in range(3000):
            if not self.decide():
                break
        else:
            raise AssertionError("the disk is full, and nothing is refused")
        begun = time.monotonic()
        assert not self.decide() and not self.decide()
        self.slowest_refusal = max(self.slowest_refusal, (time.monotonic() - begun) / 2)
        self.reads()
        lot = self.chance.randrange(4)
        if lot < 2:
            self.end(kill=lot == 0)
            self.start()
            assert not self.decide()
            self.reads()
        self.disk.free()
        begun = time.monotonic()
        while not self.decide():
            assert time.monotonic() - begun < 5 * SLOW, "there is room, and nothing is recorded for five seconds"
            time.sleep(0.01)
        self.slowest_return = max(self.slowest_return, time.monotonic() - begun)

    def judge(self):
        self.end(kill=False)
        self.start()
        found, after = [], {}
        while True:
            page = self.client.ask(envelope("history", region="veldstad", limit=1000, **after))["history"]
            found += page["records"]
            if "next" not in page:
                break
            after = {"after": page["next"]}
        ids = [record["id"] for record in found if record["kind"] == "decision"]
        assert ids == [reply["record"]["id"] for reply in self.answered], "what is recorded is not what was answered"
        assert sorted(record["index"] for record in found) == list(range(len(found))), "a gap"
        told = self.client.ask(envelope("replay", region="veldstad"))["replay"]
        assert told["identical"] == min(len(ids), told["identical"] + told["different"]) and told["different"] == 0, told


def one_disk(kind, rounds, chance):
    with tempfile.TemporaryDirectory(prefix="covenant-full-") as folder:
        folder = os.path.realpath(folder)
        disk = kind(folder, chance)
        played = Rounds(folder, disk, chance)
        try:
            played.start()
            for _ in range(rounds):
                played.round()
            played.judge()
            played.end(kill=False)
        except BaseException:
            if played.daemon:
                played.daemon.kill()
                with contextlib.suppress(ValueError):
                    print(played.daemon.said()[-1500:])
            raise
        finally:
            disk.close()
        return played


def play(kind, rounds, seed):
    """So many rounds, on as many disks as it takes; tells what was slowest."""
    answered, refusal, back = 0, 0.0, 0.0
    for first in range(0, rounds, ROUNDS_EACH):
        played = one_disk(kind, min(ROUNDS_EACH, rounds - first), random.Random("%d %d" % (seed, first)))
        answered += len(played.answered)
        refusal, back = max(refusal, played.slowest_refusal), max(back, played.slowest_return)
    assert refusal < 1 * SLOW, "a refusal took %.2f s" % refusal
    print("%d times full (%s), %d decisions, none lost; refused within %.3f s, back within %.3f s" % (
        rounds, kind.__name__, answered, refusal, back))
