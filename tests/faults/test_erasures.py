"""Erasures leave nothing: not in files, not in what is printed, not in memory (see erasures.py)."""
import os
import tempfile
import unittest

import erasures

SEED = int(os.environ.get("COVENANT_SEED") or 1)
COUNT = 5 if os.environ.get("SANITIZED") else 20


def test_nothing_is_left_of_what_was_erased():
    with tempfile.TemporaryDirectory() as folder:
        scanned, patterns = erasures.run(COUNT, SEED, folder)
    if not erasures.MEMORY:
        raise unittest.SkipTest(f"{COUNT} erasures left nothing in {scanned / 1e6:.0f} MB of files; the memory of the"
                                " daemon can be searched by root only, and not under the sanitizers")
    print(f"{COUNT} erasures: of {patterns} markers, keys and salts nothing in {scanned / 1e6:.0f} MB of files and memory")
