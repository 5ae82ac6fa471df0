"""A daemon of which one call fails, or all from one on; then a daemon that is well, on what the first one left.

One run: a daemon is started on an empty folder, and is asked to decide, confirm, hold, load again, back up, erase, decide
and stop. At the N-th call of it that writes below that folder (or the N-th allocation) something goes wrong. Then:

- it did not end by a signal, except that memory failed and it said so; its exit code is one that README.md names, and
  when that is not 0 it said why;
- a daemon started after it serves; every answer that had come is in its journal, once, and the same request again gives
  the same answer; the records of each log stand without a gap; what was erased stays so; a new case is decided.
"""

import concurrent.futures
import contextlib
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / "tests/wire"))
from harness import Client, Daemon, decide, envelope, new_case  # noqa: E402
from shim import Shim  # noqa: E402

ROLES = ("--local-roles", "all")
CODES = {0: "stopped", 65: "rules", 69: "endpoint", 71: "no memory", 73: "data folder", 74: "journal"}
SECONDS = 60 if os.environ.get("SANITIZED") else 20


class Wrong(AssertionError):
    pass


def expect(truth, message):
    if not truth:
        raise Wrong(message)


class Run:
    def __init__(self, folder, kinds=None):
        self.folder = os.path.realpath(folder)
        self.data = os.path.join(self.folder, "data")
        self.shim = Shim(self.folder, calls=kinds)
        self.answered, self.said, self.code = {}, "", None
        self.refused = self.erasing = False  # was anything refused; was an erasure asked

    def close(self):
        self.shim.close()

    # The daemon that fails ------------------------------------------------------------------------------------------

    def requests(self):
        """One after the other; `what` is what had come before."""
        yield decide("veld-1")
        yield decide("veld-2")
        first = self.record_of("veld-1")
        if first:
            yield envelope("confirm", decision=first["id"], by="j.jansen", outcome="follows")
        yield envelope("hold", case="veld-2", region="veldstad", ground="objection")
        yield envelope("reload")
        yield envelope("backup", path=os.path.join(self.folder, "copy.db"))
        if first:
            yield envelope("erase", case="veld-1", region="veldstad", ground="avg-17")
        yield decide("veld-3")
        yield envelope("history", region="veldstad")

    def record_of(self, case):
        for request, reply in self.answered.values():
            if request["verb"] == "decide" and request["case"]["case"] == case:
                return reply["record"]
        return None

    def ask(self, daemon, request):
        """The reply, however long it takes; None when the daemon ended before it came."""
        end = time.monotonic() + SECONDS
        client, sent = Client(daemon.endpoint), time.monotonic()
        try:
            client.send(request)
            while time.monotonic() < end:
                with contextlib.suppress(TimeoutError):
                    return client.receive(0.05)
                if daemon.process.poll() is not None:
                    with contextlib.suppress(TimeoutError):
                        return client.receive(0.05)
                    return None
                if request["verb"] == "erase" and time.monotonic() > sent + 0.3:
                    client.close()
                    client, sent = Client(daemon.endpoint), time.monotonic()
                    client.send(request)
        finally:
            client.close()
        raise Wrong("no answer to `%s` within %d seconds, and it has not ended" % (request["verb"], SECONDS))

    def fail(self):
        """The daemon under which a call fails; what it answered is in `answered`."""
        daemon = Daemon(self.data, environment=self.shim.environment(), serves=False, arguments=ROLES)
        try:
            line = self.line(daemon)
            if line.startswith("serving "):
                daemon.endpoint = line.split()[1]
                for request in self.requests():
                    self.erasing = self.erasing or request["verb"] == "erase"
                    reply = self.ask(daemon, request)
                    if reply is None:
                        break
                    if reply["ok"]:
                        self.answered[request["request"]] = (request, reply)
                    else:
                        missing = self.refused and reply["error"]["code"] == "not_found"
                        self.refused = True
                        expect(missing or reply["error"]["code"] in ("unavailable", "too_large", "busy"),
                               "refused with `%s`: %s" % (reply["error"]["code"], reply["error"]["message"]))
                if daemon.process.poll() is None:
                    daemon.signal(signal.SIGTERM)
            self.code = self.end(daemon)
            daemon.endpoint = None
            self.said = daemon.said()
        finally:
            daemon.close()

    @staticmethod
    def line(daemon):
        """Its first line, or nothing when it ends before."""
        with contextlib.ExitStack() as stack:
            watch = subprocess.Popen(["sleep", str(SECONDS)])
            stack.callback(watch.wait)
            stack.callback(watch.kill)
            os.set_blocking(daemon.process.stdout.fileno(), False)
            got = b""
            while watch.poll() is None:
                with contextlib.suppress(BlockingIOError):
                    more = os.read(daemon.process.stdout.fileno(), 4096)
                    got += more
                    if not more or b"\n" in got:
                        return got.decode()
                time.sleep(0.002)
        raise Wrong("it neither serves nor ends within %d seconds" % SECONDS)

    @staticmethod
    def end(daemon):
        try:
            return daemon.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            raise Wrong("it does not end") from None

    def judge_end(self, act):
        if act.startswith("kill") and self.code == -signal.SIGKILL:
            return
        if self.code < 0:
            aborted = act == "memory" and self.code == -signal.SIGABRT and says_memory(self.said)
            expect(aborted, "it ended by signal %d: %s" % (-self.code, self.said[-1000:]))
            return
        expect(self.code in CODES, "exit code %d: %s" % (self.code, self.said[-1000:]))
        expect(self.code == 0 or self.said.strip(), "exit code %d, and it said nothing" % self.code)

    # The daemon after it --------------------------------------------------------------------------------------------

    def judge_after(self):
        try:
            daemon = Daemon(self.data, arguments=ROLES)
        except AssertionError as problem:
            raise Wrong("a daemon does not start after it: %s" % problem) from None
        client = Client(daemon.endpoint)
        try:
            erased = any(request["verb"] == "erase" for request, _ in self.answered.values())
            for request, reply in self.answered.values():
                self.judge_answer(client, request, reply, erased)
            status = client.ask(envelope("status"))
            expect(status["ok"] and status["status"]["ready"], "not ready: %s" % status)
            for log in ("veldstad", "daemon"):
                self.judge_log(client, log)
            again = client.ask(decide("veld-9"))
            expect(again["ok"], "a new case is refused: %s" % again)
            expect(daemon.stop() == 0, "it does not stop well: %s" % daemon.said())
        finally:
            client.close()
            daemon.close()

    def judge_answer(self, client, request, reply, erased):
        verb = request["verb"]
        if verb not in ("decide", "confirm", "hold", "erase"):
            return
        of_case = verb == "confirm" or (verb == "decide" and request["case"]["case"] == "veld-1")
        again = client.ask(request)
        if not again["ok"]:
            gone = self.erasing and of_case and again["error"]["code"] == "erased"
            expect(gone, "the same `%s` again: %s" % (verb, again))
        else:
            expect(not (erased and of_case), "the same `%s` again, and its case was erased: %s" % (verb, again))
            expect(again.get("record") == reply.get("record"), "another receipt for the same `%s`" % verb)
        if "record" in reply:
            found = client.ask(envelope("record", decision=reply["record"]["id"]))
            expect(found["ok"], "answered, and not in the journal: `%s` %s" % (verb, found))
            expect(found["record"]["leaf"] == reply["record"]["leaf"], "recorded otherwise: `%s`" % verb)

    def judge_log(self, client, log):
        reply = client.ask(envelope("history", region=log, limit=1000))
        if not reply["ok"] and reply["error"]["code"] == "not_found":
            return
        expect(reply["ok"], "history of `%s`: %s" % (log, reply))
        records = reply["history"]["records"]
        places = [(record["log"], record["index"]) for record in records]
        expect(len(set(places)) == len(places), "two records at one place of `%s`" % log)
        for name in {name for name, _ in places}:
            indexes = sorted(index for other, index in places if other == name)
            expect(indexes == list(range(len(indexes))), "a gap in `%s`: %s" % (name, indexes))


def says_memory(text):
    return any(word in text.lower() for word in ("out of memory", "bad_alloc", "cannot allocate"))


def one(act="EIO", nth=0, ever=False, kinds=None):
    """The run, judged. `act` is one of the shim's, or `memory`; with `nth` 0 nothing fails. Gives the shim's counts."""
    with tempfile.TemporaryDirectory(prefix="covenant-failing-") as folder:
        run = Run(folder, kinds)
        if nth and act == "memory":
            run.shim.strike_memory(nth, ever)
        elif nth:
            run.shim.strike(nth, act, ever)
        try:
            run.fail()
            run.judge_end(act)
            run.judge_after()
        except Wrong as problem:
            told = "%s %d %s: %s\nit had ended with %s and said: %s" % (
                act, nth, "ever" if ever else "once", problem, run.code, run.said[-700:])
            raise Wrong(told) from None
        finally:
            counts = {name: getattr(run.shim, name) for name in ("calls", "happened", "allocations")}
            run.close()
        return {**counts, "code": run.code, "answered": len(run.answered)}


def spread(total, count, chance):
    """`count` of the numbers 1 to `total`, one from each part of it; all when there are no more."""
    if count >= total:
        return list(range(1, total + 1))
    return [1 + total * i // count + chance.randrange(max(total // count, 1)) for i in range(count)]


def several(act, ever, nths, total, repeat):
    """Runs those; tells of all that were wrong, and how to repeat the first. How many struck."""
    struck, wrong = 0, []
    for nth in nths:
        try:
            struck += one(act, nth, ever)["happened"] > 0
        except Wrong as problem:
            wrong.append((nth, problem))
    expect(not wrong, "%d of %d runs went wrong; the first: %s\nto repeat: %s" % (
        len(wrong), len(nths), wrong and wrong[0][1], repeat % (act, wrong[0][0] if wrong else 0, " ever" * ever)))
    expect(struck * 2 > len(nths), "only %d of %d strikes came" % (struck, len(nths)))
    print("%s %s, at %d of some %d calls: no false answer, and a clean start after each" % (
        act, "from then on" if ever else "once", len(nths), total))
    return struck


def many(ways, total, count, seed, jobs):
    """`count` of the numbers of calls in each way, in so many processes; how many struck. The first wrong one is told."""
    chance = random.Random(seed)
    ways = [(act, ever, nth) for act, ever in ways for nth in spread(total, count, chance)]
    struck = 0
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        asked = [(way, pool.submit(one, way[0], way[2], way[1])) for way in ways]
        for (act, ever, nth), told in asked:
            struck += told.result()["happened"] > 0
    return struck


if __name__ == "__main__":  # failing.py ACT NTH [ever]
    print(one(sys.argv[1], int(sys.argv[2]), len(sys.argv) > 3))
