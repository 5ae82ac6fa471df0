#!/usr/bin/python3
"""The verbs of the command that write: what they ask, that they make sure, that one id stands for one request, and that
an answer is refused that its receipt does not bear out."""
import json
import os
import pty
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tests", "wire"), os.path.join(ROOT, "tests", "command")]

from fake_daemon import LIES, LIES_OF_KEYS, Fake, vkey  # noqa: E402
from harness import WireTest  # noqa: E402
from test_command import CASE, COVENANT, covenant  # noqa: E402

RECORD = "01993f0f-8a1e-7c3b-9d55-0a4e6f1b2c3d"
ERASE = ("erase", "alm-2022-0017", "--region", "almere", "--ground", "retention")


class Recording(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.case = os.path.join(folder.name, "case.json")
        with open(self.case, "w", encoding="utf-8") as file:
            file.write(CASE)

    def refuses(self, code, message, *arguments, **more):
        done = covenant(*arguments, **more)
        self.assertEqual((done.stdout, done.returncode), ("", code), done.stderr)
        self.assertIn(message, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)

    def test_use(self):
        self.refuses(64, "`follows` the advice or `deviates` from it, found `agrees`", "confirm", "x", "agrees", "--by", "n")
        self.refuses(64, "needs `--by NAME`", "confirm", "x", "follows")
        self.refuses(64, "needs `--by NAME`", "confirm", "x", "follows", "--by", "")
        self.refuses(64, "says why: `--reason TEXT`", "confirm", "x", "deviates", "--by", "n")
        self.refuses(64, "needs `--region REGION`", "hold", "x", "--ground", "appeal")
        self.refuses(64, "`appeal` or `archive`, found `apeal`", "hold", "x", "--region", "almere", "--ground", "apeal")
        self.refuses(64, "`appeal` or `archive`", "hold", "x", "--region", "almere")
        self.refuses(64, "`--region REGION` and `--ground GROUND`", "erase", "x", "--region", "almere")
        self.refuses(64, "needs `--order NUMBER`", *ERASE, "--yes")
        self.refuses(64, "nobody can be asked here: `--yes` goes on", *ERASE, "--order", "17")
        self.refuses(64, "`nokey` is no vkey", "confirm", "x", "follows", "--by", "n", "--vkey", "nokey")

    def test_confirm(self):
        with Fake("normal") as endpoint:
            done = covenant("--connect", endpoint, "confirm", RECORD, "follows", "--by", "M. de Wit", "--vkey", vkey())
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(done.stdout, "M. de Wit volgt het advies\n\nRecord %s (almere/2026, 41), "
                                          "handtekening gecontroleerd\n" % RECORD)
            done = covenant("--connect", endpoint, "--json", "confirm", RECORD, "deviates", "--by", "M. de Wit",
                            "--reason", "om de hoek is plaats", "--request", "r-1")
            reply = json.loads(done.stdout)
            self.assertEqual((reply["request"], reply["confirm"]),
                             ("r-1", {"decision": RECORD, "outcome": "deviates", "by": "M. de Wit",
                                      "reason": "om de hoek is plaats"}))

    def test_hold(self):
        with Fake("normal") as endpoint:
            done = covenant("--connect", endpoint, "hold", "alm-2022-0017", "--region", "almere", "--ground", "appeal",
                            "--lang", "en")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("alm-2022-0017 held, and not to be erased, for: appeal\n", done.stdout)
            self.assertIn(", unanchored", done.stdout)
            done = covenant("--connect", endpoint, "hold", "alm-2022-0017", "--region", "almere", "--ground", "appeal",
                            "--release", "--json")
            self.assertIs(json.loads(done.stdout)["hold"]["held"], False)

    def test_erase(self):
        with Fake("normal") as endpoint:
            done = covenant("--connect", endpoint, *ERASE, "--dry-run")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(done.stdout, "alm-2022-0017: wordt voorgoed gewist, 1 record\n  almere/2026, 7\n")
            done = covenant("--connect", endpoint, *ERASE, "--order", "17", "--yes")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("alm-2022-0017: gewist, 1 record\n", done.stdout)
            reply = json.loads(covenant("--connect", endpoint, *ERASE, "--order", "17", "--yes", "--json").stdout)
            self.assertEqual((reply["erase"]["order"], "dry_run" in reply["erase"]), ("17", False))
            reply = json.loads(covenant("--connect", endpoint, *ERASE, "--dry-run", "--json").stdout)
            self.assertIs(reply["erase"]["dry_run"], True)

    def on_a_terminal(self, typed, *arguments):
        """What is on the screen, and the exit code."""
        parent, child = pty.openpty()
        process = subprocess.Popen([COVENANT, *arguments], stdin=child, stdout=child, stderr=child, close_fds=True)
        os.close(child)
        os.write(parent, typed.encode())
        screen = b""
        while True:
            try:
                data = os.read(parent, 4096)
            except OSError:  # how a terminal ends
                break
            if not data:
                break
            screen += data
        os.close(parent)
        return screen.decode(), process.wait(60)

    def test_erase_makes_sure(self):
        with Fake("normal") as endpoint:
            for typed, code, gone in (("alm-2022-0017\n", 0, True), ("yes\n", 64, False), ("\n", 64, False)):
                screen, ended = self.on_a_terminal(typed, "--connect", endpoint, *ERASE, "--order", "17")
                self.assertEqual((ended, "gewist, 1 record" in screen.replace("wordt voorgoed gewist", "")), (code, gone), screen)
                self.assertIn("type the name of the case to erase it", screen)
                self.assertLess(screen.index("wordt voorgoed gewist"), screen.index("type the name"))
                self.assertEqual("nothing is erased" in screen, not gone)

    def test_refuses_what_its_receipt_does_not_bear_out(self):
        for lie, problem in LIES.items():
            with Fake("lie_" + lie) as endpoint:
                for more in ((), ("--json",)):
                    done = covenant("--connect", endpoint, "decide", self.case, "--request", "r-1", *more)
                    self.assertEqual((done.stdout, done.returncode), ("", 70), lie)
                    self.assertRegex(done.stderr, "^covenant: the answer is refused: .*(%s).* \\(request r-1\\)\n$" % problem)
        for lie, problem in LIES_OF_KEYS.items():
            with Fake("lie_" + lie) as endpoint:
                self.refuses(70, problem, "--connect", endpoint, "decide", self.case, "--vkey", vkey())
                self.refuses(70, problem, "--connect", endpoint, "decide", self.case,
                             COVENANT_VKEY=vkey("daemon", bytes(31) + b"x") + "," + vkey())
                done = covenant("--connect", endpoint, "decide", self.case)
                self.assertEqual(done.returncode, 0)
                self.assertIn("unanchored", done.stdout)

    def test_no_answer_names_the_id(self):
        with Fake("silent") as endpoint:
            for arguments in (("decide", self.case), ("confirm", "x", "follows", "--by", "n")):
                done = covenant("--connect", endpoint, "--timeout", "0.5", *arguments)
                self.assertEqual((done.stdout, done.returncode), ("", 69))
                self.assertRegex(done.stderr, r"not known whether this is recorded.*`--request [0-9a-f]{8}-[0-9a-f]{4}-7")
            self.refuses(69, "`--request r-1`", "--connect", endpoint, "--timeout", "0.5", "decide", self.case,
                         "--request", "r-1")
            self.refuses(69, "no answer from", "--connect", endpoint, "--timeout", "0.5", "status")


class WithTheDaemon(WireTest):
    def run_covenant(self, *arguments, code=0):
        done = covenant("--connect", self.endpoint, *arguments)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout if code == 0 else done.stderr

    def test_one_case_from_decision_to_erasure(self):
        daemon = self.daemon(arguments=("--local-roles", "all"))
        self.endpoint = daemon.endpoint
        path = os.path.join(self.folder(), "case.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"case": "veld-1", "region": "veldstad", "facts": {"origin": "shelter"}}, file)
        key = json.loads(self.run_covenant("status", "--json"))["status"]["vkeys"][0]
        decided = json.loads(self.run_covenant("decide", path, "--on", "2024-05-01", "--trace", "--vkey", key, "--json"))
        record = decided["record"]["id"]
        self.assertIn("signature checked",
                      self.run_covenant("confirm", record, "follows", "--by", "M. de Wit", "--vkey", key, "--lang", "en"))
        case = ("veld-1", "--region", "veldstad")
        self.run_covenant("hold", *case, "--ground", "objection", "--vkey", key)
        erase = ("erase", *case, "--ground", "retention", "--order", "17", "--yes", "--vkey", key)
        self.assertIn("held for `objection`", self.run_covenant(*erase, code=65))
        self.run_covenant("hold", *case, "--ground", "objection", "--release", "--vkey", key)
        self.assertIn("4 records", self.run_covenant(*erase, "--dry-run"))
        self.assertIn("gewist, 4 records", self.run_covenant(*erase, "--request", "r-1"))
        again = json.loads(self.run_covenant(*erase, "--request", "r-1", "--json"))
        self.assertEqual(again["erase"]["order"], "17")
        self.assertRegex(self.run_covenant("replay", record), "^gewist")


if __name__ == "__main__":
    unittest.main()
