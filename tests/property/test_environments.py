"""The same decisions and traces, bit for bit, wherever they are made (see environments.py).

    tests/property/environments.py 10000         ten thousand cases, and builds of other compilers and flags
"""
import os

import environments

SEED = int(os.environ.get("COVENANT_SEED") or 1)


def test_the_same_everywhere():
    tried = environments.same_everywhere(100 if os.environ.get("SANITIZED") else 500, SEED, environments.few)
    assert tried >= 6, f"only {tried} environments could be made here"
