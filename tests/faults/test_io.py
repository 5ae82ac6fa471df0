"""Each call of the daemon that changes a file fails, once and from then on: see failing.py.

A spread of them here; all in `make soak`. COVENANT_SEED chooses which.
"""

import os
import random

import failing

SEED = int(os.environ.get("COVENANT_SEED") or 1)
RUNS = 3 if os.environ.get("SANITIZED") else 14
CALLS = 250  # of one run, as test_nothing_fails sees; some more or fewer as seconds pass
REPEAT = "/usr/bin/python3 tests/faults/failing.py %s %d%s"


def run(act, ever):
    chance = random.Random("%d %s %d" % (SEED, act, ever))
    failing.several(act, ever, failing.spread(CALLS - 20, RUNS, chance), CALLS, REPEAT)


def test_nothing_fails():
    counts = failing.one()
    assert counts["happened"] == 0 and counts["answered"] == 9 and counts["code"] == 0, counts
    assert CALLS - 60 <= counts["calls"] <= CALLS + 60, "CALLS is not what a run has: %s" % counts


def test_input_output_error_once():
    run("EIO", False)


def test_input_output_error_for_good():
    run("EIO", True)


def test_full_once():
    run("ENOSPC", False)


def test_full_for_good():
    run("ENOSPC", True)


def test_half_written():
    run("short", False)


def test_half_written_for_good():
    run("short", True)


def test_killed():
    run("kill", False)
    run("kill-after", False)
