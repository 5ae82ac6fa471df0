"""The same decisions and traces, bit for bit, wherever they are made (see environments.py).

    tests/property/environments.py 10000         ten thousand cases, and builds of other compilers and flags
"""
import os

import environments

SEED = int(os.environ.get("COVENANT_SEED") or 1)


def under_sanitizers(work, folders):
    """They want more stack, to be loaded first, and a user who may write what they find."""
    return (one for one in environments.few(work, folders) if one.name.startswith(("locale", "time zone", "rule files")))


def test_the_same_everywhere():
    if os.environ.get("SANITIZED"):
        tried = environments.same_everywhere(60, SEED, under_sanitizers)
        assert tried >= 2, f"only {tried} environments could be made here"
    else:
        tried = environments.same_everywhere(500, SEED, environments.few)
        assert tried >= 6, f"only {tried} environments could be made here"
