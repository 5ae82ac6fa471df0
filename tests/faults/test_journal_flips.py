"""Bits flipped in a journal at rest: every answer is the one from before, or it is told that it cannot be given.

    tests/run.py faults/test_journal_flips            `make soak` flips 100,000
"""

import os
import pathlib
import tempfile
import time

import tampering

SEED = int(os.environ.get("COVENANT_SEED") or 1)
STRIDE = 8192 if os.environ.get("SANITIZED") else 256


def test_each_part_of_each_file():
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        flips, harmless, told = tampering.journal_flips(pathlib.Path(folder), 40, "stride", STRIDE, SEED)
        assert flips > 50_000 / STRIDE and told > flips / 20
        print(f"{flips} bit flips in a journal and its keys: {told} told, {harmless} changed no answer"
              f" ({time.monotonic() - began:.0f} s)")
