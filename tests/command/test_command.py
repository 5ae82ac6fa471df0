#!/usr/bin/python3
"""The command `covenant`, from outside: exit codes, messages, help, and that `--json` prints the reply unchanged.

Uses tests/wire/fake_daemon.py, which can be told to be busy, silent or confused; BUILD says where the command is.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
WIRE = os.path.join(ROOT, "tests", "wire")
sys.path.insert(0, WIRE)

from fake_daemon import Fake  # noqa: E402

COVENANT = os.path.join(ROOT, os.environ.get("BUILD", "build"), "covenant")
VERBS = ("decide", "explain", "record", "replay", "covenants", "vocabulary", "history", "simulate", "confirm", "hold",
         "erase", "backup", "reload", "status", "init", "check", "test", "compare", "basis", "completion", "audit export",
         "audit list", "audit show", "audit key", "audit open", "audit verify")
CASE = """{
  "case": "alm-2022-0017", "region": "almere",
  "facts": {"municipality_of_origin": "Curaçao ☂ 東京", "ago": 3},
  "events": [
    {"event": "moved_in", "on": "2022-01-01"},
    {"event": "moved_in", "on": "2022-02-30"}]
}
"""


def covenant(*arguments, stdin="", **environment):
    clean = {k: v for k, v in os.environ.items() if k not in ("COVENANT_CONNECT", "NO_COLOR")}
    return subprocess.run([COVENANT, *arguments], input=stdin, capture_output=True, text=True, timeout=60,
                          env={**clean, **environment})


class Command(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.case = os.path.join(self.folder.name, "case.json")
        with open(self.case, "w", encoding="utf-8") as file:
            file.write(CASE)

    def refuses(self, code, message, *arguments, **more):
        done = covenant(*arguments, **more)
        self.assertEqual((done.stdout, done.returncode), ("", code), done.stderr)
        self.assertIn(message, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)

    def test_use(self):
        self.refuses(64, "a verb is needed")
        self.refuses(64, "there is no verb `decied`: did you mean `decide`?", "decied", "x")
        self.refuses(64, "there is no verb `zzzzzz`: see `covenant --help`", "zzzzzz")
        self.refuses(64, "there is no option `--jsn`: did you mean `--json`?", "status", "--jsn")
        self.refuses(64, "there is no option `-x`", "status", "-x")
        self.refuses(64, "`audit` needs a second word: `audit export`, ", "audit")
        self.refuses(64, "there is no verb `audit exprt`: did you mean `audit export`?", "audit", "exprt")
        self.refuses(64, "`decide` needs CASE.json|-", "decide")
        self.refuses(64, "`decide` does not expect `b`", "decide", "a", "b")
        self.refuses(64, "`status` takes no option `--on`", "status", "--on", "2022-01-01")
        self.refuses(64, "`--on` is a date that exists, as `2022-09-26`, found `2022-02-30`", "decide", "x", "--on", "2022-02-30")
        self.refuses(64, "`--on` needs a value", "decide", "x", "--on")
        self.refuses(64, "`--json` takes no value", "status", "--json=yes")
        self.refuses(64, "`--lang` is given twice", "status", "--lang", "nl", "--lang", "en")
        self.refuses(64, "`--lang` is `nl` or `en`, found `de`", "status", "--lang", "de")
        self.refuses(64, "`--color` is `auto`, `always` or `never`", "status", "--color=blue")
        self.refuses(64, "`--timeout` is a number of seconds", "status", "--timeout", "soon")
        self.refuses(64, "`--from` is a whole number", "replay", "--region", "almere", "--from", "first")
        self.refuses(64, "`foo` is no endpoint", "--connect", "foo", "status")
        self.refuses(64, "`replay` needs a record", "replay")
        self.refuses(64, "takes a record or a range, not both", "replay", "x", "--region", "almere")
        self.refuses(64, "`--all` is of all regions", "replay", "--all", "--region", "almere")
        self.refuses(64, "count in one log", "replay", "--all", "--to", "7")
        self.refuses(64, "`history` needs `--case` or `--region`", "history")

    def test_no_file(self):
        self.refuses(66, "nofile.json", "decide", "nofile.json")
        self.refuses(66, "/no/such/folder", "check", "/no/such/folder")
        self.refuses(66, "/no/such/folder", "test", "/no/such/folder")

    def test_no_daemon(self):
        self.refuses(69, "no daemon answers on tcp://127.0.0.1:1 within 0.3 s: start one with `covenantd",
                     "--connect", "tcp://127.0.0.1:1", "--timeout", "0.3", "status")
        self.refuses(69, "tcp://127.0.0.1:1 within", "--timeout", "0.3", "status", COVENANT_CONNECT="tcp://127.0.0.1:1")

    def test_case_is_no_json(self):
        done = covenant("decide", "-", stdin='{"case": "é",, }\n')
        self.assertEqual(done.returncode, 65)
        lines = done.stderr.splitlines()
        self.assertTrue(lines[0].startswith("standard input:1:14: error: "), lines[0])
        self.assertEqual(lines[2].index("^"), lines[1].index(",,") + 1)

    def test_case_of_two_names(self):
        done = covenant("decide", "-", stdin='{"case": "a", "case": "b"}\n')
        self.assertEqual(done.returncode, 65)
        self.assertIn("case", done.stderr)

    def test_help(self):
        done = covenant("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.startswith("examples:\n"))
        verbs = [re.match(r"audit \w+|\w+", line.strip())[0]
                 for line in done.stdout.split("verbs:\n")[1].split("\n\n")[0].splitlines() if line[2] != " "]
        self.assertEqual(tuple(verbs), VERBS)
        for verb in verbs:
            done = covenant(*verb.split(), "--help")
            self.assertEqual((done.returncode, done.stderr), (0, ""), verb)
            self.assertTrue(done.stdout.startswith("examples:\n  covenant " + verb), verb)
        self.assertRegex(covenant("--version").stdout, r"^covenant \d+\.\d+\.\d+\n$")
        self.assertEqual(covenant("-h").stdout, covenant("--help").stdout)

    def test_lines_fit(self):
        for arguments in (["--help"], *([*verb.split(), "--help"] for verb in VERBS)):
            for line in covenant(*arguments).stdout.splitlines():
                self.assertLessEqual(len(line), 80, line)

    def test_completion(self):
        def completed(*words):
            script = 'source <("$0" completion); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _covenant; echo "${COMPREPLY[@]}"'
            done = subprocess.run(["bash", "-c", script, COVENANT, "covenant", *words], capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            return done.stdout.split()
        self.assertEqual(set(completed("")), {verb.split()[0] for verb in VERBS})
        self.assertEqual(completed("com"), ["compare", "completion"])
        self.assertEqual(set(completed("audit", "")), {verb.split()[1] for verb in VERBS if " " in verb})
        self.assertEqual(completed("hold", "x", "--gr"), ["--ground"])
        self.assertEqual(completed("--json", "audit", "show", "--vk"), ["--vkey"])
        self.assertEqual(completed("status", "--rel"), [])
        self.assertEqual(completed("decide", "ca"), [])  # a file: bash's own

    def test_options_before_and_after(self):
        with Fake("normal") as endpoint:
            first = covenant("--connect", endpoint, "--lang=en", "decide", self.case)
            second = covenant("decide", "--lang", "en", self.case, "--connect=" + endpoint)
            self.assertEqual((first.returncode, first.stderr), (0, ""))
            self.assertEqual(first.stdout, second.stdout)
            self.assertEqual(covenant("--connect", endpoint, "--lang=en", "decide", "--", self.case).stdout, first.stdout)

    def test_decision(self):
        with Fake("normal") as endpoint:
            done = covenant("--connect", endpoint, "decide", self.case)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        text = done.stdout
        self.assertNotIn("\x1b", text)
        self.assertIn("Toelating: niet toelaatbaar", text)
        self.assertLess(text.index("E2"), text.index("E1"))  # what fails comes first
        self.assertIn("alle afspraken aanvaard: nee (de zorgaanbieder, 1 maart 2022)", text)
        self.assertIn("Wat is de stand van de schulden? (de zorgaanbieder, de gemeente)", text)
        self.assertIn("Dit is een advies: een mens beslist.", text)
        self.assertIn("covenant explain 01993f0f-", text)
        rows = [line for line in text.splitlines() if "2022-10-17" in line or "2022-09-01" in line]
        self.assertEqual(rows[0].index("2022-09-01"), rows[1].index("2022-10-17"))  # columns align

    def test_everything(self):
        with Fake("normal", os.path.join(WIRE, "decisions", "everything.json")) as endpoint:
            for language in ("nl", "en"):
                done = covenant("--connect", endpoint, "decide", self.case, "--trace", "--lang", language)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertNotIn("(null)", done.stdout)
            self.assertIn("age >= 18 → yes", done.stdout)
            self.assertIn("could not be computed: evaluations_ok", done.stdout)

    def test_colour(self):
        with Fake("normal") as endpoint:
            self.assertIn("\x1b[31m", covenant("--connect", endpoint, "decide", self.case, "--color=always").stdout)
            self.assertNotIn("\x1b", covenant("--connect", endpoint, "decide", self.case, "--color=never").stdout)

    def test_json_is_unchanged(self):
        with Fake("normal") as endpoint:
            done = covenant("--connect", endpoint, "--json", "decide", self.case, "--request", "r-1")
        reply = json.loads(done.stdout)
        self.assertEqual(done.stdout, json.dumps(reply, ensure_ascii=False, sort_keys=True) + "\n")
        self.assertEqual((reply["request"], done.returncode, done.stderr), ("r-1", 0, ""))

    def test_json_of_a_refusal(self):
        with Fake("invalid_case") as endpoint:
            done = covenant("--connect", endpoint, "--json", "decide", self.case)
        self.assertEqual((done.returncode, done.stderr), (65, ""))
        self.assertEqual(json.loads(done.stdout)["error"]["code"], "invalid_case")

    def test_request_is_what_was_asked(self):
        with Fake("normal") as endpoint:
            echo = lambda *a: json.loads(covenant("--connect", endpoint, "--json", *a).stdout)
            history = echo("history", "--region", "almere", "--limit", "3")["history"]["echo"]
            self.assertEqual({k: history[k] for k in ("verb", "region", "limit")},
                             {"verb": "history", "region": "almere", "limit": 3})
            self.assertEqual(history["protocol"], 1)
            self.assertRegex(history["request"], r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")

    def test_refusal_shows_the_line(self):
        with Fake("invalid_case") as endpoint:
            done = covenant("--connect", endpoint, "decide", self.case)
        self.assertEqual((done.stdout, done.returncode), ("", 65))
        lines = done.stderr.splitlines()
        column = CASE.splitlines()[2].index('"ago"') + 1
        self.assertEqual(lines[0], f"{self.case}:3:{column}: error: unknown fact `ago`, did you mean `age`? [invalid_case]")
        self.assertIn('"ago": 3', lines[1])
        # two characters on the line are wide: the caret stands two cells further than the character it marks
        self.assertEqual(lines[2].index("^"), lines[1].index('"ago"') + 2)
        self.assertTrue(lines[3].startswith(self.case + ":6:27: error: "))
        self.assertEqual(lines[5].strip(), "^" + "~" * (len('"on": "2022-02-30"') - 1))
        self.assertEqual(lines[6], "covenant: error: expected a role (at /for) [invalid_request]")

    def test_retries_with_the_same_id(self):
        for behaviour in ("silent_once", "busy_twice"):  # the fake daemon ends when another id comes
            with Fake(behaviour) as endpoint:
                done = covenant("--connect", endpoint, "--timeout", "6", "decide", self.case)
                self.assertEqual((done.returncode, done.stderr), (0, ""), behaviour)

    def test_codes_of_answers(self):
        for behaviour, code, message in (("busy", 69, "[busy]"), ("unavailable", 69, "the disk is full"),
                                         ("internal", 70, "the worker ended"), ("nonsense", 70, "no JSON")):
            with Fake(behaviour) as endpoint:
                self.refuses(code, message, "--connect", endpoint, "--timeout", "0.5", "status")

    def test_replay(self):
        with Fake("normal") as endpoint:
            done = covenant("--connect", endpoint, "replay", "01993f0f-8a1e")
            self.assertEqual((done.returncode, done.stdout), (0, "identiek: dezelfde beslissing, byte voor byte\n"))
            done = covenant("--connect", endpoint, "replay", "--region", "almere")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertRegex(done.stdout, r"^6 identical, 0 different, 3 erased\nin \d+\.\d\d s, \d+ decisions a second\n$")
            for more in (("--all",), ("--log", "almere/2026", "--from", "0", "--to", "5"), ("--since", "2026-01-01")):
                self.assertIn("6 identical, 0 different, 3 erased\n", covenant("--connect", endpoint, "replay", *more).stdout)
            pages = covenant("--connect", endpoint, "replay", "--all", "--json").stdout.splitlines()
            self.assertEqual([json.loads(page)["replay"]["identical"] for page in pages if "replay" in json.loads(page)], [2, 2, 2])
        with Fake("different") as endpoint:
            done = covenant("--connect", endpoint, "replay", "01993f0f-8a1e", "--lang", "en")
            self.assertEqual(done.returncode, 1)
            self.assertIn("at: /eligibility/outcome", done.stdout)
            self.assertIn("because of: rules", done.stdout)
            self.assertEqual(covenant("--connect", endpoint, "replay", "x-1", "--json").returncode, 1)
            done = covenant("--connect", endpoint, "replay", "--all")
            self.assertEqual(done.returncode, 1)
            self.assertIn("almere/2026 3 01993f0f-8a1e-7c3b-9d55-0a4e6f1b2c3d: different at `/eligibility/outcome`, "
                          "because of the engine\n", done.stdout)
            self.assertIn("\n6 identical, 1 different, 3 erased\n", done.stdout)

    def test_explain_record(self):
        with Fake("normal") as endpoint:
            first = covenant("--connect", endpoint, "explain", "01993f0f-8a1e")
            self.assertIn("De cliënt is niet toelaatbaar.", first.stdout)
            self.assertEqual(first.stdout, covenant("--connect", endpoint, "explain", "01993f0f-8a1e").stdout)
            english = covenant("--connect", endpoint, "explain", "01993f0f-8a1e", "--lang", "en").stdout
            self.assertIn("The client is not eligible.", english)

    def test_explain_code(self):
        codes = [line.split()[0] for line in covenant("explain").stdout.splitlines() if line[0] != " "]
        self.assertIn("unknown_name", codes)
        for code in codes:
            done = covenant("explain", code)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertTrue(done.stdout.startswith(code + "\n"))
            self.assertIn("\nnot so:\n", done.stdout)
            self.assertIn("\nbut so:\n", done.stdout)
        self.refuses(64, "did you mean `unknown_name`?", "explain", "unknown_nam")
        self.refuses(64, "neither a record nor a code", "explain", "qqqqqqqq")

    def test_check_and_test(self):
        rules = os.path.join(ROOT, "rules")
        done = covenant("check", rules)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.assertIn("almere 2022 rests on assumptions: ", done.stdout)
        self.assertRegex(done.stdout.splitlines()[-1], r"^.*rules: \d+ files, 0 errors, \d+ warnings?$")
        self.assertIs(json.loads(covenant("--json", "check", rules).stdout)["ok"], True)
        done = covenant("test", rules)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.assertRegex(done.stdout.splitlines()[-1], r"^\d+ examples, 0 failed$")

    def broken(self, path, before, after):
        """A copy of the rules with one mistake."""
        rules = os.path.join(self.folder.name, "rules")
        shutil.copytree(os.path.join(ROOT, "rules"), rules, copy_function=shutil.copyfile)
        path = os.path.join(rules, path)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.assertIn(before, text)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(before, after, 1))
        return rules

    def test_check_finds(self):
        rules = self.broken("almere/2022/covenant.yaml", "governed_by: event", "govrned_by: event")
        done = covenant("check", rules)
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        first, source, caret = done.stdout.splitlines()[:3]
        self.assertRegex(first, r"^" + re.escape(rules) + r"/almere/2022/covenant\.yaml:\d+:\d+: error: "
                                r"unknown key `govrned_by` .*did you mean `governed_by`\? \[unknown_key\]$")
        self.assertEqual(source.index("govrned_by"), caret.index("^"))
        report = json.loads(covenant("check", rules, "--json").stdout)
        self.assertIs(report["ok"], False)
        self.assertEqual(report["findings"][0]["code"], "unknown_key")
        self.assertEqual(covenant("test", rules).returncode, 1)

    def test_test_finds(self):
        rules = self.broken("almere/2022/cases/termination.yaml", "level: 2", "level: 3")
        done = covenant("test", rules)
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        self.assertIn("termination.yaml:", done.stdout)
        self.assertIn("failed  almere/2022/cases/termination.yaml", done.stdout)
        self.assertRegex(done.stdout.splitlines()[-1], r"^\d+ examples, 1 failed$")

    def own_rules(self):
        """A folder with nothing but the national files."""
        rules = os.path.join(self.folder.name, "own")
        shutil.copytree(os.path.join(ROOT, "rules", "national"), os.path.join(rules, "national"),
                        copy_function=shutil.copyfile)
        return rules

    def test_init(self):
        rules = self.own_rules()
        for region, more, year, comment in (("den-nieuwe-stad", [], "20", "# Wie mag meedoen: "),
                                            ("a1", ["--lang", "en", "--on", "2024-02-29"], "2024", "# Who may take part: ")):
            done = covenant("init", region, rules, *more)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            written = [line for line in done.stdout.splitlines() if line.endswith(".yaml")]
            self.assertTrue(written[0].startswith(f"{rules}/{region}/{year}"), written[0])
            self.assertGreaterEqual(len(written), 5)
            self.assertIn(f"  covenant check {rules}\n  covenant test {rules}\n", done.stdout)
            for path in written:
                with open(path, encoding="utf-8") as file:
                    text = file.read()
                schema = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text).group(1)
                depth = os.path.relpath(path, rules).count("/")
                self.assertRegex(schema, r"^(\.\./){%d}schemas/(covenant|example)\.json$" % (depth + 1))
                self.assertNotRegex(text, r"@|#nl|#en")
            with open(written[0], encoding="utf-8") as file:
                self.assertIn(comment, file.read())
        done = covenant("check", rules)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("0 errors, 0 warnings", done.stdout)
        self.assertRegex(done.stdout, r"(?m)^a1 2024 rests on assumptions: C1, E1, E2, ")
        done = covenant("test", rules)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertRegex(done.stdout.splitlines()[-1], r"^12 examples, 0 failed$")
        with open(os.path.join(rules, "den-nieuwe-stad", os.listdir(os.path.join(rules, "den-nieuwe-stad"))[0],
                               "covenant.yaml"), encoding="utf-8") as file:
            self.assertIn("title: {nl: Convenant Den Nieuwe Stad, ", file.read())

    def test_init_of_any_year_loads(self):
        rules = self.own_rules()
        for year in (1996, 2020, 2023, 2100):
            self.assertEqual(covenant("init", f"r{year}", rules, "--on", f"{year}-12-31").returncode, 0)
        done = covenant("check", rules)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_init_overwrites_nothing(self):
        rules = self.own_rules()
        self.assertEqual(covenant("init", "waterstad", rules, "--on", "2024-01-01").returncode, 0)
        path = os.path.join(rules, "waterstad", "2024", "covenant.yaml")
        with open(path, "a", encoding="utf-8") as file:
            file.write("# mine\n")
        for on in ("2024-01-01", "2025-01-01"):
            self.refuses(65, f"`{rules}/waterstad` is there already", "init", "waterstad", rules, "--on", on)
        with open(path, encoding="utf-8") as file:
            self.assertTrue(file.read().endswith("# mine\n"))
        self.assertEqual(os.listdir(os.path.join(rules, "waterstad")), ["2024"])

    def test_init_refuses(self):
        rules = self.own_rules()
        for name in ("Waterstad", "water_stad", "../waterstad", "water/stad", "1a", "stad-", "", "é", "national", "a" * 65):
            self.refuses(64, "is no name of a region: expected small letters", "init", name, rules)
        self.refuses(66, "no file `/no/such/folder/national/vocabulary.yaml`", "init", "waterstad", "/no/such/folder")
        self.refuses(64, "`init` needs REGION [DIR]", "init")
        self.assertEqual(os.listdir(rules), ["national"])
        report = json.loads(covenant("init", "a" * 64, rules, "--json").stdout)
        self.assertTrue(all(os.path.isfile(path) for path in report["written"]))

    def test_status_and_record(self):
        with Fake("normal") as endpoint:
            self.assertIn("ready: true", covenant("--connect", endpoint, "status").stdout)
            text = covenant("--connect", endpoint, "record", "01993f0f-8a1e", "--lang", "en").stdout
            self.assertIn("log: almere/2026, 41", text)
            self.assertIn("Eligibility: not eligible", text)


if __name__ == "__main__":
    unittest.main()
