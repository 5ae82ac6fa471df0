"""The disk is full, and has room again: see full.py. `make soak` plays more rounds; COVENANT_SEED others."""

import os

import full

SEED = int(os.environ.get("COVENANT_SEED") or 1)
ROUNDS = 2 if os.environ.get("SANITIZED") else 10


def test_a_small_disk():
    try:
        full.play(full.SmallDisk, ROUNDS, SEED)
    except PermissionError as problem:
        print("SKIPPED: faults/test_full:test_a_small_disk: %s" % problem)


def test_a_disk_that_says_it_is_full():
    full.play(full.SayingFull, ROUNDS, SEED)
