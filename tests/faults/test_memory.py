"""Each allocation of the daemon fails, once and from then on: see failing.py.

A spread of them here; all in `make soak`. COVENANT_SEED chooses which.
"""

import os
import random

import failing

SEED = int(os.environ.get("COVENANT_SEED") or 1)
RUNS = 25
CALLS = 16000  # of one run
REPEAT = "/usr/bin/python3 tests/faults/failing.py %s %d%s"


def run(ever):
    if os.environ.get("SANITIZED"):
        print("SKIPPED: the sanitizer has allocations of its own")
        return
    chance = random.Random("%d %d" % (SEED, ever))
    failing.several("memory", ever, failing.spread(CALLS - 1500, RUNS, chance), CALLS, REPEAT)


def test_memory_fails_once():
    run(False)


def test_memory_fails_for_good():
    run(True)
