"""Erasures leave nothing: not in files, not in what is printed, not in memory (see erasures.py)."""
import os
import tempfile

import erasures

SEED = int(os.environ.get("COVENANT_SEED") or 1)
COUNT = 5 if os.environ.get("SANITIZED") else 20


def test_nothing_is_left_of_what_was_erased():
    with tempfile.TemporaryDirectory() as folder:
        scanned, patterns = erasures.run(COUNT, SEED, folder)
    print(f"{COUNT} erasures: of {patterns} markers, keys and salts nothing in {scanned / 1e6:.0f} MB of files and memory")
