#!/usr/bin/python3
"""A journal of many records: it opens, finds each by case and request, and is checked whole; and whatever is changed in
its database is found, at rest and beside serving, with the first record that is wrong.
"""
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD") or TOP / "build").absolute()
TOOL = BUILD / "tools" / "journals"
SANITIZED = bool(os.environ.get("SANITIZED"))
MANY = 3_000 if SANITIZED else 20_000
# More than are filed together (8192), so that some look-ups are in the tables and some are read again.
RECORDS, CASES = 9500, 6000
CASE = {"case": "veld-1", "region": "veldstad", "facts": {"origin": "shelter", "agreements_accepted": True},
        "events": [{"event": "urgency_requested", "on": "2024-03-01"}]}


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True)


def make(folder, records, cases):
    case = folder.parent / "case.json"
    case.write_text(json.dumps(CASE), encoding="utf-8")
    made = run(TOOL, "make", folder, records, cases, TOP / "tests/wire/rules", case, "2024-05-01")
    assert made.returncode == 0, made.stderr
    return made.stdout.split()


# What somebody with the database in hand may change; what is then said to be wrong first: a record, or some words.
# `half` of a text keeps its length.
TAMPERINGS = [
    ("a leaf", "UPDATE record SET leaf = replace(leaf, '\"local\"', '\"lokal\"') WHERE position = 700", 700),
    ("a leaf of the last tile", "UPDATE record SET leaf = replace(leaf, '\"local\"', '\"lokal\"') WHERE position = 9490",
     "another root than its records: one of the records from 9472 on"),
    ("a payload", "UPDATE record SET payload = zeroblob(length(payload)) WHERE position = 300", 300),
    ("a payload that is gone", "UPDATE record SET payload = NULL WHERE position = 300", 300),
    ("two payloads", "UPDATE record SET payload = (SELECT payload FROM record AS other WHERE position = 41)"
     " WHERE position = 40", 40),
    ("a record that is gone", "DELETE FROM record WHERE position = 300", 300),
    ("the last record", "DELETE FROM record WHERE position = 9499", "the head of log `veldstad/2026` is not whole"),
    ("a record in another's place", "UPDATE record SET position = position + 100000 WHERE position = 10", 10),
    ("an id", "UPDATE record SET number = number + 1 WHERE position = 4999 AND NOT EXISTS (SELECT 1 FROM record AS next"
     " WHERE next.number = record.number + 1)", None),
    ("a record of another log", "UPDATE record SET log = 9 WHERE position = 20", "of a log that is not there"),
    ("the slot of a record", "UPDATE record SET slot = slot + 1 WHERE position = 55", 55),
    ("no slot", "UPDATE record SET slot = -1 WHERE position = 55", 55),
    ("whose it is", "UPDATE record SET subject = zeroblob(16) WHERE position = 56", 56),
    ("who asked", "UPDATE record SET request = zeroblob(16) WHERE position = 57", 57),
    ("a tile", "UPDATE tile SET hashes = substr(hashes, 1, 64) || zeroblob(32) || substr(hashes, 97) WHERE level = 0"
     " AND position = 3", 3 * 256 + 2),
    ("a tile that is gone", "DELETE FROM tile WHERE position = 3", 3 * 256),
    ("a look-up by request", "DELETE FROM request_record WHERE number = (SELECT number FROM record WHERE position = 77)",
     77),
    ("another look-up by request", "INSERT INTO request_record SELECT zeroblob(16), min(number) FROM record",
     "look-ups by request"),
    ("a look-up by case", "DELETE FROM case_slot WHERE slot = (SELECT slot FROM record WHERE position = 78)", 78),
    ("another look-up by case", "INSERT INTO case_slot SELECT zeroblob(16), min(slot) FROM record",
     "look-ups by case"),
    ("a case under another's key", "UPDATE case_slot SET slot = slot + 1 WHERE slot = (SELECT slot FROM record WHERE"
     " position = 79)", 79),
    ("a look-up by key", "DELETE FROM slot_record WHERE number = (SELECT number FROM record WHERE position = 80)", 80),
    ("another look-up by key", "INSERT INTO slot_record SELECT 3, min(number) + 1 FROM record",
     "look-ups by key"),
    ("how far is filed", "UPDATE meta SET value = (SELECT max(number) FROM record) WHERE name = 'filed'",
     "is not found by its request"),
    ("a rule file", "UPDATE file SET text = text || ' ' WHERE rowid = 1", "rule file"),
    ("a rule file that is gone", "DELETE FROM file WHERE rowid = 1", "is not there"),
    ("a manifest", "UPDATE edition SET manifest = replace(manifest, 'sha256', 'sha257')", "the edition"),
    ("an edition that is gone", "DELETE FROM edition", 0),
    ("the size in the head", "UPDATE log SET size = size - 1", "head of the log"),
    ("the root in the head", "UPDATE log SET root = zeroblob(32)", "head of the log"),
    ("the signature", "UPDATE log SET note = replace(note, substr(note, -8, 4), 'AAAA')", "signature"),
    ("the name of a log", "UPDATE log SET name = 'veldstad/2025'", "veldstad/2025"),
]


class Journals(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="covenant-journals-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def run(self, result=None):
        before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > before:
            print(f"\nto repeat: tests/faults/test_journals.py Journals.{self._testMethodName}")
        return result

    def look(self, folder, log, records, cases):
        return run(TOOL, "look", folder, log, records, cases, 2000)

    def test_many_records(self):
        log, vkey = make(self.folder / "journal", MANY, MANY // 2)
        looked = self.look(self.folder / "journal", log, MANY, MANY // 2)
        self.assertEqual(looked.returncode, 0, looked.stderr)
        for keys in ([], ["--keys", self.folder / "journal"]):
            checked = run(TOOL, "check", *keys, self.folder / "journal", vkey)
            self.assertEqual(checked.stdout, f"valid\n{MANY} records, 0 erased, 1 logs\n\n", checked.stderr)
        unanchored = run(TOOL, "check", self.folder / "journal/journal.db")
        self.assertEqual((unanchored.returncode, unanchored.stdout.split("\n")[0]), (3, "unanchored"))

    def test_another_key(self):
        log, _ = make(self.folder / "journal", 10, 10)
        _, other = make(self.folder / "other", 10, 10)
        checked = run(TOOL, "check", self.folder / "journal", other)
        self.assertEqual(checked.returncode, 2)
        self.assertIn("not signed by the key that was given", checked.stdout)

    def test_nothing_is_touched(self):
        _, vkey = make(self.folder / "journal", 300, 100)
        before = {path.name: (path.stat().st_mtime_ns, path.read_bytes())
                  for path in (self.folder / "journal").iterdir()}
        os.chmod(self.folder / "journal/journal.db", 0o400)
        self.assertEqual(run(TOOL, "check", self.folder / "journal", vkey).returncode, 0)
        self.assertEqual(before, {path.name: (path.stat().st_mtime_ns, path.read_bytes())
                                  for path in (self.folder / "journal").iterdir()})

    def test_what_is_no_copy(self):
        make(self.folder / "journal", 10, 10)
        (self.folder / "journal/journal.db-wal").write_bytes(b"x")
        running = run(TOOL, "check", self.folder / "journal")
        self.assertEqual(running.returncode, 74)
        self.assertIn("expected a copy made by `backup`", running.stderr)
        self.assertIn("cannot read", run(TOOL, "check", self.folder / "nowhere").stderr)
        (self.folder / "journal/journal.db-wal").unlink()
        (self.folder / "journal/journal.db").write_bytes(b"no database")
        self.assertNotIn("valid", run(TOOL, "check", self.folder / "journal").stdout.split("\n")[:1])

    def test_whatever_is_changed_is_found(self):
        log, vkey = make(self.folder / "whole", RECORDS, CASES)
        tampered = self.folder / "tampered"
        for what, change, expected in TAMPERINGS[::4 if SANITIZED else 1]:
            with self.subTest(what=what):
                shutil.rmtree(tampered, ignore_errors=True)
                shutil.copytree(self.folder / "whole", tampered)
                with sqlite3.connect(tampered / "journal.db") as database:
                    self.assertGreater(database.execute(change.replace("2026", log[-4:])).rowcount, 0)
                database.close()
                checked = run(TOOL, "check", tampered, vkey)
                said = checked.stdout + checked.stderr
                self.assertEqual(checked.returncode, 2, said)
                if isinstance(expected, int):
                    self.assertEqual(checked.stdout.split("\n")[0], f"not valid: record {expected} of {log}", said)
                elif expected:
                    self.assertIn(expected.replace("2026", log[-4:]), said)
                # A daemon finds it too: when it opens it, when it looks it up, or beside serving.
                looked = self.look(tampered, log, RECORDS, CASES)
                self.assertNotEqual(looked.returncode, 0, "not found beside serving")
                self.assertGreater(looked.returncode, 0, looked)

    def test_the_first_of_several(self):
        log, vkey = make(self.folder / "journal", 600, 300)
        with sqlite3.connect(self.folder / "journal/journal.db") as database:
            database.execute("UPDATE record SET payload = x'00' WHERE position IN (500, 120, 333)")
            database.execute("UPDATE record SET leaf = leaf || ' ' WHERE position IN (119, 300)")
        database.close()
        checked = run(TOOL, "check", self.folder / "journal", vkey)
        self.assertEqual(checked.stdout.split("\n")[0], f"not valid: record 119 of {log}")
        self.assertTrue(re.search(r"^119 records", checked.stdout, re.M), checked.stdout)


if __name__ == "__main__":
    unittest.main()
