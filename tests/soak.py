#!/usr/bin/python3
"""Long runs: what `make test` does for some seconds, for as long as a figure asks. Each prints its figure.

    make soak                                           all, each part for at most SOAK_SECONDS (3600)
    SOAK_SECONDS=60 make soak                           a look
    SOAK_PARTS=kills SOAK_KILLS=500 make soak           one part, of its own length

| part | how many | what |
|---|---|---|
| kills | SOAK_KILLS, 10000 | the daemon is killed with -9 under load of four clients: faults/kills.py |
| exports | SOAK_FLIPS, 100000 | bits flipped in exports, and 1,000 clean ones: faults/tampering.py |
| environments | SOAK_CASES, 10000 | cases decided and replayed in 20 environments: property/environments.py |
| erasures | SOAK_ERASURES, 1000 | cases erased, and what is left of them looked for: faults/erasures.py |
| pairs | SOAK_PAIRS, 1000000 | random conditions and facts: unit/test_expression_random.c |
| properties | SOAK_COVENANTS, 200 | the random tests of property/ and reference/, from another seed each time |

SEED repeats what was random. The last line is `N passed, N failed`.
"""
import concurrent.futures
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
import erasures  # noqa: E402
import kills  # noqa: E402
import tampering  # noqa: E402

SECONDS = float(os.environ.get("SOAK_SECONDS") or 3600)
KILLS = int(os.environ.get("SOAK_KILLS") or 10_000)
FLIPS = int(os.environ.get("SOAK_FLIPS") or 100_000)
CASES = int(os.environ.get("SOAK_CASES") or 10_000)
ERASURES = int(os.environ.get("SOAK_ERASURES") or 1000)
PAIRS = int(os.environ.get("SOAK_PAIRS") or 1_000_000)
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
        print(f"{valid} clean exports, no false alarm", flush=True)
        flips, harmless, told = tampering.many_journal_flips(FLIPS, seed, pathlib.Path(name), JOBS, SECONDS)
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


def soak_properties(seed):
    for script in ("redaction", "unknowns", "laws", "work"):
        subprocess.run([TOP / f"tests/property/test_{script}.py", "--seed", str(seed), "--count", str(COVENANTS)],
                       cwd=TOP, check=True)
    subprocess.run([TOP / "tests/reference/compare.py", "--seed", str(seed), "--cases", str(COVENANTS)], cwd=TOP, check=True)
    print(f"{COVENANTS} random covenants for each property, {COVENANTS} lives for each region")


PARTS = {"kills": soak_kills, "exports": soak_exports, "environments": soak_environments,
         "erasures": soak_erasures, "pairs": soak_pairs,
         "properties": soak_properties}


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
