#!/usr/bin/python3
"""Exports of a running daemon: three verifiers that share no code agree on them, they grow, and none is ever half
there; what `--whole` seals only its auditor opens, and it is decided again from that folder alone; the dossier of a
case is one safe page about nobody else.
"""
import csv
import html.parser
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import unittest

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(TOP / "tests/wire"), str(TOP / "tests/faults")]

from harness import BUILD, Client, Daemon, WireTest, decide, envelope  # noqa: E402
from test_verifiers import altered, build_go, change  # noqa: E402

COVENANT = os.environ.get("COVENANT") or os.path.join(BUILD, "covenant")
RECORDS = 40 if os.environ.get("SANITIZED") else 300
LOG = "veldstad/"
UNTIL = "2099-12-31"
UNSAFE = "<script>alert('x')</script> & \"quoted\""


class Exports(WireTest):
    def setUp(self):
        self.work = pathlib.Path(self.folder())

    def serve(self, data=None, roles="caller,policy,auditor,privacy,operator"):
        daemon = self.daemon(data=data, arguments=("--local-roles", roles))
        self.client_ = self.client(daemon)
        self.endpoint = daemon.endpoint
        return daemon

    def covenant(self, *arguments, code=0, endpoint=None):
        done = subprocess.run([COVENANT, "--connect", endpoint or self.endpoint, *map(str, arguments)],
                              capture_output=True, text=True, timeout=120, cwd=self.work)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def decide(self, name="veld-1", **members):
        return self.assertAnswered(self.client_.ask(decide(name, **members)))["record"]

    def decide_many(self, count):
        messages = [decide(f"veld-{number}") for number in range(count)]
        for begin in range(0, count, 50):
            for message in messages[begin:begin + 50]:
                self.client_.send(message)
            for _ in messages[begin:begin + 50]:
                self.assertAnswered(self.client_.receive())

    def log_and_key(self):
        vkeys = self.assertAnswered(self.client_.ask(envelope("status")))["status"]["vkeys"]
        vkey = next(key for key in vkeys if key.startswith(LOG))
        return vkey.split("+")[0], vkey

    def verdicts(self, folder, vkey, go):
        """The first line of each verifier, which must be the same."""
        told = {"covenant": subprocess.run([COVENANT, "audit", "verify", folder, "--vkey", vkey], capture_output=True,
                                           text=True),
                "python": subprocess.run([sys.executable, TOP / "clients/verify-python/verify.py", "--vkey", vkey,
                                          folder], capture_output=True, text=True)}
        if go:
            told["go"] = subprocess.run([go, "-vkey", vkey, folder], capture_output=True, text=True)
        lines = {(done.stdout.partition("\n")[0], done.returncode) for done in told.values()}
        self.assertEqual(len(lines), 1, "\n".join(f"{name}: {done.stdout}{done.stderr}" for name, done in told.items()))
        return lines.pop()

    def left_over(self):
        return [path.name for path in self.work.iterdir() if ".new" in path.name]

    # Logs as tiles ---------------------------------------------------------------------------------------------------

    def test_verifiers_agree_on_a_log_that_grows(self):
        first = self.serve()
        first.client = self.client_
        go = build_go(self.work)
        if not go:
            print("SKIPPED: the Go verifier: golang-go and golang-golang-x-mod-dev are not installed")
        log, vkey = None, None
        for more in (3, RECORDS, 1, 0):
            self.decide_many(more)
            log, vkey = self.log_and_key()
            self.assertIn(log, self.covenant("audit", "export", "--log", log, "--to", "log"))
            self.assertEqual(self.verdicts(self.work / "log", vkey, go), ("valid", 0))
            if not (self.work / "kept").exists():
                shutil.copy(self.work / "log/checkpoint", self.work / "kept")
        self.assertEqual(self.left_over(), [])
        shutil.copytree(self.work / "log", self.work / "changed")
        change(self.work / "changed", 0, altered)
        self.assertEqual(self.verdicts(self.work / "changed", vkey, go), ("not valid: record 7", 2))
        # A checkpoint that was kept is of the same log, or it is told.
        self.covenant("audit", "verify", "log", "--vkey", vkey, "--head", "kept")
        self.serve(data=os.path.join(self.folder(), "data"))
        self.decide_many(3)
        self.covenant("audit", "export", "--log", log, "--to", "other")
        self.covenant("audit", "verify", "log", "--vkey", vkey, "--head", "kept,other/checkpoint", code=2)
        self.client_, self.endpoint = first.client, first.endpoint
        # What grew is the same as what is exported at once.
        self.covenant("audit", "export", "--log", log, "--to", "anew")
        self.assertEqual(self.files(self.work / "anew"), self.files(self.work / "log"))
        told = self.covenant("audit", "export", "--log", log, "--to", "changed", code=65)
        self.assertIn("no whole export", told)

    def files(self, folder):
        """Without what a clock or a signature may make differ: nothing here does."""
        return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def test_all_logs(self):
        self.serve()
        self.decide()
        self.covenant("audit", "export", "--to", "all")
        log, vkey = self.log_and_key()
        told = self.covenant("audit", "verify", "all", "--vkey", vkey)
        self.assertEqual(told.count("valid\n"), 3, told)  # each region has one, with its edition
        self.assertIn("all/daemon: daemon", told)
        self.covenant("audit", "verify", "all", code=3)
        self.covenant("audit", "export", "--region", "veldstad", "--to", "region")
        self.assertEqual(sorted(path.name for path in (self.work / "region").iterdir()), ["veldstad"])
        self.covenant("audit", "verify", "region/veldstad", "--vkey", vkey)
        (self.work / "all/daemon").rename(self.work / "all/veldstad/other")  # in the place of another
        self.assertIn("all/veldstad/other/checkpoint", self.covenant("audit", "verify", "all", "--vkey", vkey, code=2))

    def test_copy_made_by_backup(self):
        self.serve()
        self.decide_many(5)
        log, vkey = self.log_and_key()
        path = self.work / "copy.db"
        self.assertAnswered(self.client_.ask(envelope("backup", path=str(path))))
        self.assertTrue(self.covenant("audit", "verify", path, "--vkey", vkey).startswith("valid\n"))
        self.assertTrue(self.covenant("audit", "verify", path, code=3).startswith("unanchored\n"))
        data = bytearray(path.read_bytes())
        at = data.rindex(b'"kind":"decision"')
        data[at + 8] ^= 1
        path.write_bytes(data)
        told = self.covenant("audit", "verify", path, "--vkey", vkey, code=2)
        self.assertRegex(told, f"^not valid: (record [0-4] of )?{log}\n")

    def test_never_over_something_else(self):
        self.serve()
        self.decide_many(2)
        log, _ = self.log_and_key()
        (self.work / "mine").mkdir()
        (self.work / "mine/notes.txt").write_text("keep me")
        self.covenant("audit", "export", "--log", log, "--to", "mine", code=65)
        self.assertEqual((self.work / "mine/notes.txt").read_text(), "keep me")
        self.covenant("audit", "export", "--log", log, "--to", "log")
        before = self.files(self.work / "log")
        told = self.covenant("audit", "export", "--log", "daemon", "--to", "log", code=65)
        self.assertIn("no whole export of `daemon`", told)
        # Another daemon has a log of that name, which is another log: longer or shorter than this one.
        for count, message in ((1, "has 3 records, and the log now only 2"), (4, "does not continue the export")):
            self.serve(data=os.path.join(self.folder(), "data"))
            self.decide_many(count)
            self.assertIn(message, self.covenant("audit", "export", "--log", log, "--to", "log", code=65))
            self.assertEqual(self.files(self.work / "log"), before)
        self.assertEqual(self.left_over(), [])
        self.covenant("audit", "export", "--log", "nowhere/2020", "--to", "nowhere", code=65)
        self.assertFalse((self.work / "nowhere").exists())

    def test_killed_it_leaves_no_half_export(self):
        self.serve()
        self.decide_many(RECORDS)
        log, vkey = self.log_and_key()
        command = [COVENANT, "--connect", self.endpoint, "audit", "export", "--log", log, "--to", "log"]
        begun = time.monotonic()
        self.covenant(*command[3:])
        whole = time.monotonic() - begun
        seen = {"absent": 0, "whole": 0, "older": 0}
        # Killed while it looks for leaks the sanitizer complains of that.
        environment = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
        for turn in range(24):
            if turn < 12:
                shutil.rmtree(self.work / "log", ignore_errors=True)
            else:
                self.decide(f"veld-{turn}")
            size = self.size_of(self.work / "log")
            exporting = subprocess.Popen(command, cwd=self.work, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                         env=environment)
            time.sleep(whole * 1.2 * (turn % 12) / 11)
            exporting.kill()
            exporting.wait()
            after = self.size_of(self.work / "log")
            if after:
                self.assertEqual(self.verdict_alone(self.work / "log", vkey), ("valid", 0))
            seen["absent" if not after else "older" if after == size else "whole"] += 1
        print(f"killed 24 times: {seen}")
        self.covenant(*command[3:])  # what was left beside it is in nobody's way
        self.assertEqual(self.verdict_alone(self.work / "log", vkey), ("valid", 0))
        self.assertEqual(self.size_of(self.work / "log"), RECORDS + 13)  # and its edition

    def size_of(self, folder):
        return int((folder / "checkpoint").read_text().split("\n")[1]) if folder.exists() else 0

    # What records hold -----------------------------------------------------------------------------------------------

    def whole(self, *logs):
        self.covenant("audit", "key", "--to", "auditor")
        self.covenant("audit", "export", *logs, "--whole", "--key", "auditor.pub", "--until", UNTIL, "--to", "log.whole")
        self.covenant("audit", "open", "log.whole", "--key", "auditor", "--to", "opened")
        return self.work / "opened"

    def test_whole_export_is_opened_verified_and_replayed_elsewhere(self):
        daemon = self.serve()
        self.decide_many(RECORDS)
        log, vkey = self.log_and_key()
        opened = self.whole("--log", log)
        reads = [record for record in self.records(self.client_, "daemon") if record["kind"] == "access"]
        self.assertEqual(len(reads), (RECORDS + 255) // 256)
        daemon.stop()
        sealed = (self.work / "log.whole").read_bytes()
        self.assertNotIn(b"veld-1", sealed)
        self.assertNotIn(b"agreements_accepted\\\":true", sealed)
        self.assertEqual((self.work / "log.whole").stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.verdicts(opened, vkey, None), ("valid", 0))
        self.assertTrue(self.covenant("replay", "--from", "opened", "--all").startswith(
            f"{RECORDS} identical, 0 different, 0 erased\n"))
        # Another value in a record, or another rule: both are told.
        lines = (opened / "records.jsonl").read_text().splitlines(keepends=True)
        one = json.loads(lines[5])
        one["decision"]["eligibility"]["outcome"] = "not_eligible"
        changed = lines[:5] + [json.dumps(one, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"]
        (opened / "records.jsonl").write_text("".join(changed + lines[6:]))
        self.assertEqual(self.verdict_alone(opened, vkey), ("not valid: record 5", 2))
        self.assertIn("1 not as they were recorded", self.covenant("replay", "--from", "opened", code=1))
        (opened / "records.jsonl").write_text("".join(lines[:-1]))
        self.assertEqual(self.verdict_alone(opened, vkey), (f"not valid: record {RECORDS}", 2))
        (opened / "records.jsonl").write_text("".join(lines))
        rules = next((opened / "editions").rglob("covenant.yaml"))
        rules.write_text(rules.read_text() + "\n")
        self.assertIn("because of the rules", self.covenant("replay", "--from", "opened", code=1))

    def verdict_alone(self, folder, vkey):
        done = subprocess.run([COVENANT, "audit", "verify", folder, "--vkey", vkey], capture_output=True, text=True)
        return done.stdout.partition("\n")[0], done.returncode

    def test_whole_export_and_a_wrong_key(self):
        self.serve()
        self.decide()
        log, _ = self.log_and_key()
        self.whole("--log", log)
        self.covenant("audit", "key", "--to", "other")
        told = self.covenant("audit", "open", "log.whole", "--key", "other", "--to", "nothing", code=65)
        self.assertIn("sealed to another key", told)
        # Also when the header is made to say that it is theirs.
        lines = (self.work / "log.whole").read_text().splitlines(keepends=True)
        header = json.loads(lines[0])
        header["key"] = (self.work / "other.pub").read_text().split()[-1]
        (self.work / "forged").write_text(json.dumps(header) + "\n" + "".join(lines[1:]))
        told = self.covenant("audit", "open", "forged", "--key", "other", "--to", "nothing", code=65)
        self.assertIn("not for this key", told)
        for cut in (1, 2, len(lines) - 1):
            (self.work / "cut").write_text("".join(lines[:cut]))
            self.assertIn("not whole", self.covenant("audit", "open", "cut", "--key", "auditor", "--to", "nothing",
                                                     code=65))
        edition = json.loads(next(line for line in lines if '"manifest"' in line))
        edition["files"]["../../escaped.yaml"] = "here"
        (self.work / "leads").write_text("".join(lines[:-2]) + json.dumps(edition) + "\n" + lines[-1])
        self.assertIn("leads elsewhere", self.covenant("audit", "open", "leads", "--key", "auditor", "--to", "nothing",
                                                       code=65))
        self.assertFalse((self.work / "nothing").exists())
        self.assertEqual([path for path in self.work.rglob("escaped.yaml")], [])
        self.assertEqual(self.left_over(), [])
        told = self.covenant("audit", "open", "log.whole", "--key", "auditor.pub", "--to", "nothing", code=65)
        self.assertIn("holds no secret key", told)
        self.covenant("audit", "key", "--to", "auditor", code=65)  # never over one that is there

    def test_whole_export_after_an_erasure(self):
        self.serve()
        self.decide("veld-1"), self.decide("veld-2")
        log, vkey = self.log_and_key()
        erase = {"case": "veld-1", "region": "veldstad", "ground": "term", "order": "7"}
        dry = self.assertAnswered(self.client_.ask(envelope("erase", dry_run=True, **erase)))["erase"]
        self.assertNotIn("exports", dry)
        self.covenant("audit", "key", "--to", "before")
        self.covenant("audit", "export", "--log", log, "--whole", "--key", "before.pub", "--until", UNTIL, "--to", "old")
        told = self.assertAnswered(self.client_.ask(envelope("erase", **erase)))["erase"]
        access = [record["id"] for record in self.records(self.client_, "daemon") if record["kind"] == "access"]
        self.assertEqual([(export["record"], export["until"]) for export in told["exports"]], [(access[0], UNTIL)])
        opened = self.whole("--log", log)
        self.assertIn("of 1 it was erased", self.covenant("audit", "verify", "opened", "--vkey", vkey))
        self.assertTrue(self.covenant("replay", "--from", "opened").startswith("1 identical, 0 different, 1 erased\n"))
        self.assertNotIn("veld-1", (opened / "records.jsonl").read_text())

    def test_what_a_whole_export_needs(self):
        self.serve()
        self.decide()
        log, _ = self.log_and_key()
        self.covenant("audit", "key", "--to", "auditor")
        self.covenant("audit", "export", "--log", log, "--whole", "--to", "x", code=64)
        self.covenant("audit", "export", "--log", log, "--whole", "--key", "auditor.pub", "--to", "x", code=64)
        told = self.covenant("audit", "export", "--log", log, "--whole", "--key", "auditor.pub", "--until",
                             "2020-01-01", "--to", "x", code=65)
        self.assertIn("a day that is past", told)
        self.assertFalse((self.work / "x").exists())

    # One case as a page, and headings --------------------------------------------------------------------------------

    def dossier(self, case, *more):
        path = self.work / f"{case}{len(more)}.html"
        self.covenant("audit", "export", "--case", case, "--region", "veldstad", "--format", "dossier", "--to", path, *more)
        return path.read_text(encoding="utf-8")

    def test_dossier(self):
        self.serve()
        first, _ = self.decide("veld-1"), self.decide("veld-other")
        second = self.decide("veld-1", replaces=first["id"])
        self.assertAnswered(self.client_.ask(envelope("confirm", decision=second["id"], by=UNSAFE, outcome="deviates",
                                                      reason=UNSAFE)))
        self.assertAnswered(self.client_.ask(envelope("hold", case="veld-1", region="veldstad", ground="objection")))
        page = self.dossier("veld-1")
        parsed = Page()
        parsed.feed(page)
        parsed.close()
        self.assertEqual(parsed.open, [])
        self.assertEqual(parsed.elements & {"script", "a", "img", "link", "iframe", "object"}, set())
        self.assertEqual(parsed.attributes - {"class", "lang", "charset", "name", "content", "http-equiv", "scope"}, set())
        self.assertNotRegex(parsed.style, r"url\(|@import")
        self.assertIn(UNSAFE, parsed.text)
        self.assertNotIn("veld-other", page)
        for expected in ("Zaak veld-1", first["id"], second["id"], "Dit is een correctie", "Dit advies is gecorrigeerd",
                         "wijkt af van het advies", "wissen is aangehouden", "c2sp.org/tlog-proof@v1", "Bijlage A",
                         "veldstad/", "AVG, artikel 15"):
            self.assertIn(expected, parsed.text)
        english = self.dossier("veld-1", "--lang", "en")
        self.assertIn('<html lang="en">', english)
        self.assertIn("This is a correction", english)
        self.assertNotIn("Bijlage", english)
        told = self.covenant("audit", "export", "--case", "nobody", "--region", "veldstad", "--format", "dossier", "--to",
                             "nobody.html", code=65)
        self.assertIn("found no record of case `nobody`", told)

    def test_headings(self):
        self.serve()
        self.decide("-2-3")  # what a spreadsheet would reckon
        log, _ = self.log_and_key()
        self.covenant("audit", "export", "--log", log, "--format", "csv", "--to", "log.csv")
        text = (self.work / "log.csv").read_bytes().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
        self.assertEqual(rows[0][:5], ["logboek", "nummer", "tijd", "soort", "zaak"])
        self.assertEqual([(row[0], row[1], row[3], row[4]) for row in rows[1:]],
                         [(log, "0", "edition", ""), (log, "1", "decision", "'-2-3")])
        self.assertTrue((self.work / "log.csv").read_bytes().startswith(b"\xef\xbb\xbf"))
        self.covenant("audit", "export", "--log", log, "--format", "jsonl", "--to", "log.jsonl")
        heading = json.loads((self.work / "log.jsonl").read_text().splitlines()[1])
        self.assertEqual((heading["log"], heading["index"], heading["kind"]), (log, 1, "decision"))
        self.covenant("audit", "export", "--log", log, "--format", "ldv", "--to", "log.ldv", code=64)
        self.covenant("audit", "export", "--log", log, "--format", "ldv", "--activity", "https://example.org/a/1", "--to",
                      "log.ldv")
        line, = map(json.loads, (self.work / "log.ldv").read_text().splitlines())  # the edition is about nobody
        self.assertRegex(line["trace_id"], "^[0-9a-f]{32}$")
        self.assertRegex(line["span_id"], "^[0-9a-f]{16}$")
        self.assertEqual(line["attributes"]["dpl.core.processing_activity_id"], "https://example.org/a/1")
        self.assertEqual(set(line), {"trace_id", "span_id", "status_code", "name", "start_time", "end_time", "resource",
                                     "attributes"})


class Page(html.parser.HTMLParser):
    """Every element is closed in order, and what there is of elements, attributes and text."""
    VOID = {"meta", "br", "hr", "img", "link"}

    def __init__(self):
        super().__init__()
        self.open, self.elements, self.attributes, self.text, self.style = [], set(), set(), "", ""

    def handle_starttag(self, tag, attributes):
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attributes}
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open, self.getpos())
        self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.text += data


if __name__ == "__main__":
    unittest.main()
