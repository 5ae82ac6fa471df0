#!/usr/bin/python3
"""Long runs: what `make test` does for some seconds, for as long as a figure asks. Each prints its figure.

    make soak                                           all, each part for at most SOAK_SECONDS (3600)
    SOAK_SECONDS=60 make soak                           a look
    SOAK_PARTS=kills SOAK_KILLS=500 make soak           one part, of its own length

| part | how many | what |
|---|---|---|
| kills | SOAK_KILLS, 10000 | the daemon is killed with -9 under load of four clients: faults/kills.py |
| exports | SOAK_FLIPS, 100000 | bits flipped in exports, and 1,000 clean ones: faults/tampering.py |
| journals | SOAK_JOURNAL_FLIPS, 100000 | bits flipped in journals and their keys: tools/flip_journal.c |
| environments | SOAK_CASES, 10000 | cases decided and replayed in 20 environments: property/environments.py |
| cuts | SOAK_CUTS, 100000 | the power goes at a write or sync of a journal: unit/test_journal_crash.c |
| erasures | SOAK_ERASURES, 1000 | cases erased, and what is left of them looked for: faults/erasures.py |
| calls | SOAK_CALLS, 0 | calls of a daemon that change a file fail, each (0) or so many, in eight ways: faults/failing.py |
| allocations | SOAK_ALLOCATIONS, 0 | so many of its allocations (0: each), once and for good: the same |
| full | SOAK_FULL, 500 | times a disk fills and gets room again, of two kinds: faults/full.py |
| pairs | SOAK_PAIRS, 1000000 | random conditions and facts: unit/test_expression_random.c |
| properties | SOAK_COVENANTS, 200 | the random tests of property/ and reference/, from another seed each time |

SEED repeats what was random. The last line is `N passed, N failed`.
"""
import concurrent.futures
import itertools
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = TOP / (os.environ.get("BUILD") or "build")
os.environ["BUILD"] = str(BUILD)
sys.path[:0] = [str(TOP / "tests/faults"), str(TOP / "tests/property")]
import environments  # noqa: E402
import failing  # noqa: E402
import erasures  # noqa: E402
import full  # noqa: E402
import kills  # noqa: E402
import tampering  # noqa: E402

SECONDS = float(os.environ.get("SOAK_SECONDS") or 3600)
KILLS = int(os.environ.get("SOAK_KILLS") or 10_000)
FLIPS = int(os.environ.get("SOAK_FLIPS") or 100_000)
JOURNAL_FLIPS = int(os.environ.get("SOAK_JOURNAL_FLIPS") or 100_000)
CASES = int(os.environ.get("SOAK_CASES") or 10_000)
ERASURES = int(os.environ.get("SOAK_ERASURES") or 1000)
PAIRS = int(os.environ.get("SOAK_PAIRS") or 1_000_000)
FULL = int(os.environ.get("SOAK_FULL") or 500)
CALLS = int(os.environ.get("SOAK_CALLS") or 0)
ALLOCATIONS = int(os.environ.get("SOAK_ALLOCATIONS") or 0)
CUTS = int(os.environ.get("SOAK_CUTS") or 100_000)
COVENANTS = int(os.environ.get("SOAK_COVENANTS") or 200)
JOBS = int(os.environ.get("JOBS") or os.cpu_count())


def soak_kills(seed):
    with concurrent.futures.ProcessPoolExecutor(JOBS) as pool:
        parts = [pool.submit(kills.cycles, KILLS // JOBS + (KILLS % JOBS > job), seed + 1_000_000 * job, SECONDS)
                 for job in range(JOBS)]
        killed, decisions = map(sum, zip(*(part.result() for part in parts)))
    print(f"{killed} kills under load, {decisions} decisions: none lost, doubled or altered")


def soak_exports(seed):
    with tempfile.TemporaryDirectory(prefix="covenant-soak-") as name:
        found = tampering.flips(FLIPS, seed, pathlib.Path(name))
        print(f"{found} bit flips in exports, each found, the first bad record named", flush=True)
        valid = tampering.clean(1000, seed, pathlib.Path(name), tampering.EDGES + tampering.FAR_EDGES)
        print(f"{valid} clean exports, no false alarm")


def soak_journals(seed):
    """Journals of few records and of more than a tile, side by side."""
    with tempfile.TemporaryDirectory(prefix="covenant-soak-") as name, concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        ends = time.monotonic() + SECONDS
        parts = [pool.submit(lambda *arguments: tampering.journal_flips(*arguments) if time.monotonic() < ends
                             else (0, 0, 0), pathlib.Path(name), records, "random", 1000, seed + part)
                 for part, records in zip(range(-(-JOURNAL_FLIPS // 1000)), itertools.cycle((40, 40, 40, 300)))]
        flips, harmless, told = map(sum, zip(*(part.result() for part in parts)))
    print(f"{flips} bit flips in journals and their keys: {told} told, {harmless} changed no answer")


def soak_erasures(seed):
    with tempfile.TemporaryDirectory(prefix="covenant-soak-") as name:
        scanned, patterns = erasures.run(ERASURES, seed, name)
    print(f"{ERASURES} erasures: of {patterns} markers, keys and salts nothing in {scanned / 1e6:.0f} MB of files and"
          " memory; the log verifies")


def soak_environments(seed):
    environments.same_everywhere(CASES, seed, lambda work, folders: environments.many(
        work, folders, environments.make_builds()))


def soak_pairs(seed):
    environment = {**os.environ, "COVENANT_PAIRS": str(PAIRS), "COVENANT_SEED": str(seed)}
    subprocess.run([str(BUILD / "unit/test_expression_random")], cwd=TOP, env=environment, check=True)
    print(f"{PAIRS} random pairs of condition and facts")


def soak_cuts(seed):
    """In parts, each with a workload of its own seed."""
    def part(first):
        told = subprocess.run([str(BUILD / "unit/test_journal_crash")], cwd=TOP, text=True, capture_output=True, env={
            **os.environ, "COVENANT_CUTS": str(min(5000, CUTS - first)), "COVENANT_SEED": str(seed + first)})
        assert told.returncode == 0, told.stdout + told.stderr
        return min(5000, CUTS - first)
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        done = sum(pool.map(part, range(0, CUTS, 5000)))
    print(f"the power went at {done} cuts: no acknowledged record lost, doubled or altered")


def soak_calls(seed):
    total = failing.one()["calls"] + 10
    done = failing.many([(act, ever) for act in ("EIO", "ENOSPC", "short") for ever in (False, True)] +
                        [("kill", False), ("kill-after", False)], total, CALLS or total, seed, JOBS)
    print(f"{done} calls failed or were its last: no false answer, no crash, a clean start after each")


def soak_allocations(seed):
    total = failing.one()["allocations"] + 10
    done = failing.many([("memory", False), ("memory", True)], total, ALLOCATIONS or total, seed, JOBS)
    print(f"{done} allocations failed: no false answer, no crash, a clean start after each")


def soak_properties(seed):
    for script in ("redaction", "unknowns", "laws", "work"):
        subprocess.run([TOP / f"tests/property/test_{script}.py", "--seed", str(seed), "--count", str(COVENANTS)],
                       cwd=TOP, check=True)
    subprocess.run([TOP / "tests/reference/compare.py", "--seed", str(seed), "--cases", str(COVENANTS)], cwd=TOP, check=True)
    print(f"{COVENANTS} random covenants for each property, {COVENANTS} lives for each region")


def soak_full(seed):
    for kind in (full.SmallDisk, full.SayingFull):
        try:
            full.play(kind, FULL, seed)
        except PermissionError as problem:
            print(f"SKIPPED: {kind.__name__}: {problem}")


PARTS = {"kills": soak_kills, "exports": soak_exports, "journals": soak_journals,
         "environments": soak_environments,
         "erasures": soak_erasures, "pairs": soak_pairs, "cuts": soak_cuts, "calls": soak_calls, "full": soak_full,
         "allocations": soak_allocations, "properties": soak_properties}


def main():
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(1_000_000))
    wanted = (os.environ.get("SOAK_PARTS") or " ".join(PARTS)).split()
    print(f"seed {seed} (repeat it with: SEED={seed} SOAK_PARTS='{' '.join(wanted)}' make soak)", flush=True)
    passed = failed = 0
    for name in wanted:
        began = time.monotonic()
        try:
            PARTS[name](seed)
            passed += 1
        except (AssertionError, subprocess.CalledProcessError) as problem:
            print(f"FAILED {name}: {problem}")
            failed += 1
        print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
