#!/usr/bin/python3
"""`audit list` and `audit show`, asked of a real daemon."""
import csv
import datetime
import io
import json
import os
import re
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tests", "wire"), os.path.join(ROOT, "tests", "command")]

from fake_daemon import Fake  # noqa: E402
from harness import WireTest, decide, envelope  # noqa: E402
from test_command import covenant  # noqa: E402


class Audit(WireTest):
    def setUp(self):
        self.daemon_ = self.daemon(arguments=("--local-roles", "all"))
        self.asks = self.client(self.daemon_)
        self.ids = [self.assertAnswered(self.asks.ask(decide("veld-%d" % i)))["record"]["id"] for i in range(5)]

    def run_covenant(self, *arguments, code=0):
        done = covenant("--connect", self.daemon_.endpoint, *arguments)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout if code == 0 else done.stderr

    def rows(self, *arguments):
        text = self.run_covenant("audit", "list", "--format", "csv", *arguments)
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def test_list(self):
        edition, *rows = self.rows("--region", "veldstad")
        self.assertEqual((edition["kind"], edition["index"]), ("edition", "0"))
        self.assertEqual([row["id"] for row in rows], self.ids)
        self.assertEqual([row["index"] for row in rows], list("12345"))
        self.assertEqual({(row["kind"], row["on"]) for row in rows}, {("decision", "2024-05-01")})
        self.assertEqual([row["case"] for row in self.rows("--region", "veldstad", "--case", "veld-3")], ["veld-3"])
        self.assertEqual(len(self.rows("--region", "veldstad", "--limit", "2")), 2)
        self.assertIn("restart", {row["kind"] for row in self.rows()})
        table = self.run_covenant("audit", "list", "--region", "veldstad")
        self.assertEqual([line.split()[-1] for line in table.splitlines()], [edition["id"]] + self.ids)

    def test_list_of_a_span(self):
        today = datetime.datetime.fromisoformat(self.rows()[0]["time"]).date()
        day = datetime.timedelta(days=1)
        for since, until, count in ((today, today, 6), (today + day, None, 0), (None, today - day, 0), (None, today, 6),
                                    ("2020-01-01T00:00:00Z", "2100-01-01T00:00:00+02:00", 6)):
            span = (["--since", str(since)] if since else []) + (["--until", str(until)] if until else [])
            self.assertEqual(len(self.rows("--region", "veldstad", *span)), count, span)
        self.assertIn("is a day as `2026-01-31`", self.run_covenant("audit", "list", "--since", "2023-02-30", code=64))

    def test_list_page_after_page(self):
        for i in range(1200):
            self.asks.send(decide("veld-%d" % (i % 7)))
            if i % 100 == 99:
                for _ in range(100):
                    self.assertAnswered(self.asks.receive())
        rows = self.rows("--region", "veldstad")
        self.assertEqual([int(row["index"]) for row in rows], list(range(1206)))
        self.assertEqual(len(self.rows("--region", "veldstad", "--limit", "1100")), 1100)

    def test_ldv(self):
        self.assertAnswered(self.asks.ask(envelope("erase", case="veld-0", region="veldstad", ground="retention")))
        lines = [json.loads(line) for line in self.run_covenant("audit", "list", "--format", "ldv").splitlines()]
        self.assertEqual([line["name"] for line in lines if line["name"] != "access"], ["decision"] * 5 + ["erasure"])
        for line in lines:
            self.assertRegex(line["trace_id"], r"^[0-9a-f]{32}$")
            self.assertRegex(line["span_id"], r"^[0-9a-f]{16}$")
            self.assertIn("dpl.core.processing_activity_id", line["attributes"])
        self.assertNotIn("dpl.core.data_subject_id", lines[0]["attributes"])  # erased
        self.assertEqual(lines[1]["attributes"]["dpl.core.data_subject_id"], "veld-1")

    def test_show(self):
        key = json.loads(self.run_covenant("status", "--json"))["status"]["vkeys"][0]
        show = lambda *more: self.run_covenant("audit", "show", self.ids[0], "--lang", "en", *more)
        text = show()
        for line in ("action: decide", "object: veld-0", "result: recorded", "origin: request", "actor: local",
                     "confirmed: not yet", "log: veldstad/", "unanchored"):
            self.assertIn("  " + line, text)
        self.assertRegex(text, r"  time: \d{4}-\d\d-\d\dT")
        self.run_covenant("confirm", self.ids[0], "deviates", "--by", "M. de Wit", "--reason", "no home is free")
        self.run_covenant("confirm", self.ids[1], "follows", "--by", "K. Jansen")
        text = show("--vkey", key)
        self.assertIn("  confirmed: M. de Wit deviates from the advice", text)
        self.assertIn("  reason: no home is free", text)
        self.assertNotIn("K. Jansen", text)
        self.assertIn("  valid: it stands in the log, and the signature was checked", text)
        self.assertAnswered(self.asks.ask(envelope("erase", case="veld-0", region="veldstad", ground="retention")))
        text = show("--vkey", key)
        self.assertIn("  result: recorded, and erased since", text)
        self.assertIn("  valid: it stands in the log", text)
        self.assertNotIn("veld-0", text)

    def test_show_says_what_does_not_hold(self):
        with Fake("record_elsewhere") as endpoint:
            done = covenant("--connect", endpoint, "audit", "show", "x", "--lang", "en")
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("  not valid: its proof leads to another root", done.stdout)
        self.assertIn("is no vkey", self.run_covenant("audit", "show", self.ids[0], "--vkey", "x", code=64))

    def test_use(self):
        self.assertIn("`--format` is `table`, `csv` or `ldv`, found `xml`",
                      self.run_covenant("audit", "list", "--format", "xml", code=64))
        self.assertTrue(re.search("found no log of region nergens",
                                  self.run_covenant("audit", "list", "--region", "nergens", code=65)))


if __name__ == "__main__":
    unittest.main()
