#!/usr/bin/python3
"""Speed and memory, as ratios within this run: figures of another machine or another hour say nothing here.

- Durable decisions a second with 1, 8 and 64 requests under way, against `reference`: a ROUTER that decides nothing and
  writes the very bytes of request and reply in one row, in one synced transaction for all that waits.
- Decisions a second in process, JSON text in and out.
- Records replayed a second, of a journal, by one core; leaves verified a second, of an export, against the hashing alone.
- Memory of a covenant beyond the text of its files, from many copies of a region under other names.

    make bench
    BENCH_ROUNDS=7 BENCH_SECONDS=2 make bench
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

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD") or "build")
BUILD = BUILD if BUILD.is_absolute() else TOP / BUILD
ROUNDS = int(os.environ.get("BENCH_ROUNDS") or 5)
SECONDS = float(os.environ.get("BENCH_SECONDS") or 1.5)
UNDER_WAY = (1, 8, 64)
COPIES = 40
REPLAYED, VERIFIED = 2000, 100_000
ON = "2022-09-26"


def request_of(questions):
    case = json.loads((TOP / "tests/demo/case.json").read_text(encoding="utf-8"))
    asked = {"questions": questions} if questions else {}
    return json.dumps({"protocol": 1, "request": "@", "verb": "decide", "case": case, "on": ON, **asked},
                      separators=(",", ":"), ensure_ascii=False)


class Server:
    """A process that prints where it serves."""

    def __init__(self, *command):
        self.process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("serving "):
            raise SystemExit(f"{command[0]} does not serve")
        self.endpoint = re.sub(r"\[::ffff:([0-9.]+)\]", r"\1", line.split()[1])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        self.process.stdout.close()


def load(endpoint, request, under_way):
    done = subprocess.run([str(BUILD / "bench/load"), endpoint, str(request), str(under_way), str(SECONDS)],
                          capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"load: {done.stderr.strip()}")
    return float(done.stdout)


def daemon(folder):
    return Server(BUILD / "covenantd", "--rules", TOP / "rules", "--data", folder, "--bind", "tcp://127.0.0.1:*")


def reply_of(endpoint, request):
    """The bytes of one reply, for the reference to write and send."""
    import zmq
    socket = zmq.Context.instance().socket(zmq.REQ)
    socket.connect(endpoint)
    socket.send(request.replace("@", "bench-reply").encode())
    reply = socket.recv()
    socket.close(0)
    if not json.loads(reply)["ok"]:
        raise SystemExit(f"the daemon refuses the request of the measurement: {reply[:300]!r}")
    return reply


def measure_durable(work, title, questions):
    text = request_of(questions)
    request, reply = work / "request.json", work / "reply.json"
    request.write_text(text, encoding="utf-8")
    figures = {(kind, under): [] for kind in ("daemon", "reference") for under in UNDER_WAY}
    for turn in range(ROUNDS):
        folder = work / f"round-{turn}"
        folder.mkdir()
        for kind in ("daemon", "reference") if turn % 2 == 0 else ("reference", "daemon"):
            if kind == "daemon" or not reply.exists():
                server = daemon(folder / f"data-{kind}")
                if not reply.exists():
                    reply.write_bytes(reply_of(server.endpoint, text))
                if kind == "reference":
                    server.stop()
            if kind == "reference":
                server = Server(BUILD / "bench/reference", folder / "reference.sqlite", reply)
            for under in UNDER_WAY:
                figures[kind, under].append(load(server.endpoint, request, under))
            server.stop()
        shutil.rmtree(folder)
    print(f"\n{title}: request {len(text.encode())} bytes, reply {len(reply.read_bytes())} bytes;"
          f" medians of {ROUNDS} rounds of {SECONDS} s")
    print(f"{'under way':>10} {'reference/s':>12} {'daemon/s':>12} {'ratio':>7}")
    for under in UNDER_WAY:
        ours, best = statistics.median(figures["daemon", under]), statistics.median(figures["reference", under])
        print(f"{under:>10} {best:>12.0f} {ours:>12.0f} {ours / best:>7.2f}")
    reply.unlink()


def measure_in_process(work):
    print(f"\nin process, JSON text in and out, one core; medians of {ROUNDS} rounds of {SECONDS} s")
    for title, questions in (("all sections", None), ("eligibility alone", ["eligibility"])):
        request = work / "request.json"
        request.write_text(request_of(questions), encoding="utf-8")
        figures = [float(subprocess.run([str(BUILD / "bench/deciding"), "speed", str(TOP / "rules"), str(request), ON,
                                         str(SECONDS)], check=True, capture_output=True, text=True).stdout)
                   for _ in range(ROUNDS)]
        print(f"{title:>20} {statistics.median(figures):>10.0f} decisions/s")


class Asking:
    """One client of a daemon."""

    def __init__(self, endpoint):
        import zmq
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.setsockopt(zmq.SNDHWM, 0)
        self.socket.connect(endpoint)
        self.sent = 0

    def send(self, **members):
        self.sent += 1
        self.socket.send(json.dumps({"protocol": 1, "request": f"bench-{self.sent}", **members}).encode())

    def receive(self):
        reply = json.loads(self.socket.recv())
        if not reply["ok"]:
            raise SystemExit(f"the daemon refuses a request of the measurement: {reply}")
        return reply


def measure_replay(work):
    """All sections of the demo's case, from the sealed record to the comparison of bytes."""
    case = json.loads((TOP / "tests/demo/case.json").read_text(encoding="utf-8"))
    server = daemon(work / "replayed")
    client = Asking(server.endpoint)
    for number in range(REPLAYED):
        client.send(verb="decide", case={**case, "case": f"bench-{number}"}, on=ON)
        if number >= UNDER_WAY[-1]:
            client.receive()
    for _ in range(min(REPLAYED, UNDER_WAY[-1])):
        client.receive()
    figures = []
    for _ in range(ROUNDS):
        start, same, began = 0, 0, time.monotonic()
        while start is not None:
            client.send(verb="replay", region=case["region"], **{"from": start})
            told = client.receive()["replay"]
            same, start = same + told["identical"], told.get("next")
        if same != REPLAYED:
            raise SystemExit(f"{same} of {REPLAYED} records replay")
        figures.append(same / (time.monotonic() - began))
    client.socket.close(0)
    server.stop()
    print(f"\nreplay, all sections, one core: {statistics.median(figures):.0f} records/s")


def measure_verifying(work):
    log = work / "log"
    vkey = subprocess.run([str(BUILD / "tools/tiled_log"), "make", str(log), str(VERIFIED)], check=True,
                          capture_output=True, text=True).stdout.strip()
    figures = []
    for _ in range(ROUNDS):
        told = subprocess.run([str(BUILD / "bench/verifying"), str(log), vkey, str(SECONDS)], check=True,
                              capture_output=True, text=True).stdout
        figures.append([float(number) for number in told.split()])
    verified, hashed = (statistics.median(column) for column in zip(*figures))
    print(f"\nverify, an export of {VERIFIED} records, one core: {verified:.0f} leaves/s"
          f" (the tree alone {hashed:.0f}/s, ratio {verified / hashed:.2f})")


def memory_of(folder):
    told = subprocess.run([str(BUILD / "bench/deciding"), "memory", str(folder)], check=True, capture_output=True,
                          text=True).stdout
    return [int(number) for number in told.split()]


def measure_memory(work):
    """Many regions that are copies of one: the difference, a covenant, is what a covenant costs."""
    folder = work / "rules"
    shutil.copytree(TOP / "rules", folder)
    one = memory_of(folder)
    for number in range(COPIES):
        region = f"almere{number}"
        shutil.copytree(TOP / "rules/almere", folder / region)
        for path in (folder / region).rglob("*.yaml"):
            text = path.read_text(encoding="utf-8")
            text = re.sub(r"^(covenant: |  region: )almere\b", rf"\g<1>{region}", text, flags=re.M)
            path.write_text(text, encoding="utf-8")
    many = memory_of(folder)
    memory, text, covenants = (after - before for after, before in zip(many, one))
    print(f"\nmemory: {memory / covenants / 1024:.1f} KiB a covenant with its examples, of which"
          f" {text / covenants / 1024:.1f} KiB is the text of its files ({covenants} covenants more)")


def main():
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="covenant-bench-") as name:
        work = pathlib.Path(name)
        measure_durable(work, "durable, all sections", None)
        measure_durable(work, "durable, eligibility alone", ["eligibility"])
        measure_in_process(work)
        measure_replay(work)
        measure_verifying(work)
        measure_memory(work)
    print(f"\n{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
