#!/usr/bin/python3
"""`replay` of ranges, asked of a real daemon: every decision once, whatever the pages; the bar on a terminal only."""
import datetime
import os
import pty
import re
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tests", "wire"), os.path.join(ROOT, "tests", "command")]

from harness import WireTest, decide, envelope  # noqa: E402
from test_command import COVENANT, covenant  # noqa: E402

COUNT = 60 if os.environ.get("SANITIZED") else 300


class Replay(WireTest):
    def setUp(self):
        self.daemon_ = self.daemon(arguments=("--local-roles", "all"))
        self.asks = self.client(self.daemon_)
        for i in range(COUNT):
            self.asks.send(decide("veld-%d" % (i % 10)))
        self.ids = [self.assertAnswered(self.asks.receive())["record"]["id"] for _ in range(COUNT)]

    def counted(self, *arguments):
        done = covenant("--connect", self.daemon_.endpoint, "replay", *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        lines = done.stdout.splitlines()
        self.assertRegex(lines[-1], r"^in \d+\.\d\d s, \d+ decisions a second$")
        self.assertEqual(len(lines), 2, done.stdout)
        return tuple(map(int, re.fullmatch(r"(\d+) identical, (\d+) different, (\d+) erased", lines[0]).groups()))

    def test_ranges(self):
        page = self.assertAnswered(self.asks.ask(envelope("history", region="veldstad", limit=1)))["history"]["records"][0]
        log, today = page["log"], datetime.datetime.fromisoformat(page["time"]).date()
        day = datetime.timedelta(days=1)
        for arguments in ((), ("--region", "veldstad"), ("--log", log), ("--since", str(today)),
                          ("--region", "veldstad", "--until", str(today)), ("--log", log, "--since", str(today - day))):
            self.assertEqual(self.counted(*(arguments or ("--all",))), (COUNT, 0, 0), arguments)
        self.assertEqual(self.counted("--log", log, "--from", "10", "--to", "29"), (20, 0, 0))
        self.assertEqual(self.counted("--region", "veldstad", "--from", str(COUNT - 4)), (5, 0, 0))
        self.assertEqual(self.counted("--all", "--since", str(today + day)), (0, 0, 0))
        self.assertAnswered(self.asks.ask(envelope("erase", case="veld-3", region="veldstad", ground="retention")))
        self.assertEqual(self.counted("--all"), (COUNT - COUNT // 10, 0, COUNT // 10))

    def test_pages_of_a_span_of_a_log(self):
        page = self.assertAnswered(self.asks.ask(envelope("history", region="veldstad", limit=1)))["history"]["records"][0]
        asked = {"region": page["log"], "since": page["time"], "until": "2199-01-01T00:00:00Z", "from": 30}
        count = 0
        while "from" in asked:
            replay = self.assertAnswered(self.asks.ask(envelope("replay", **asked)))["replay"]
            count += replay["identical"]
            self.assertLessEqual(replay["identical"], 64)
            if "next" not in replay:
                break
            self.assertGreater(replay["next"], asked["from"])
            asked["from"] = replay["next"]
        self.assertEqual(count, COUNT - 29)  # after the record of the edition

    def test_the_bar_is_for_terminals(self):
        parent, child = pty.openpty()
        process = subprocess.Popen([COVENANT, "--connect", self.daemon_.endpoint, "replay", "--all"], stderr=child,
                                   stdout=subprocess.PIPE, text=True)
        os.close(child)
        out = process.communicate(timeout=60)[0]
        screen = b""
        try:
            while data := os.read(parent, 4096):
                screen += data
        except OSError:  # how a terminal ends
            pass
        os.close(parent)
        self.assertRegex(screen.decode(), r"\r\[[#.]{30}\] +\d+%  \d+ of \d+ records, \d+/s ")
        self.assertTrue(screen.decode().endswith("\r\x1b[K"), screen[-40:])
        self.assertIn("%d identical, 0 different, 0 erased\n" % COUNT, out)
        self.assertNotIn("\r", out)


if __name__ == "__main__":
    unittest.main()
