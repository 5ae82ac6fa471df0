"""A daemon whose clock stands where the test says, and runs on from there: libfaketime, loaded before it.

    daemon = self.daemon(data=data, environment=clock("2025-12-31 23:59:58"))      # in Amsterdam

Only the time of day: what is waited for takes as long as ever.
"""

import glob
import os
import unittest

LIBRARIES = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")


def clock(begin):
    if not LIBRARIES:
        raise unittest.SkipTest("libfaketime is not installed")
    told = {"LD_PRELOAD": LIBRARIES[0], "FAKETIME": "@" + begin, "TZ": "Europe/Amsterdam", "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_RESET": "1"}
    if os.environ.get("SANITIZED"):  # the sanitizer wants to be first
        told["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
    return told
