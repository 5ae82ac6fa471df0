#!/usr/bin/python3
"""The shared cases: thirty, of national names only, decided in every region; and rules/README.md shows what came of it."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import yaml

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
COVENANT = pathlib.Path(os.environ.get("BUILD") or TOP / "build").absolute() / "covenant"
CASES = "tests/cases/shared.json"
WRITE = ("compare", CASES, "rules", "--write", "rules/README.md")


def covenant(*arguments, folder=TOP):
    return subprocess.run([COVENANT, *arguments], cwd=folder, capture_output=True, text=True, timeout=120)


def compare(cases, rules, folder):
    path = pathlib.Path(folder) / "cases.json"
    path.write_text(json.dumps(cases), encoding="utf-8")
    return covenant("--json", "compare", str(path), str(rules))


class Shared(unittest.TestCase):
    def setUp(self):
        self.cases = json.loads((TOP / CASES).read_text(encoding="utf-8"))
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def test_thirty_cases_of_national_names(self):
        vocabulary = yaml.load((TOP / "rules/national/vocabulary.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
        self.assertEqual(len(self.cases), 30)
        for key in ("case", "says"):
            self.assertEqual(len({json.dumps(case[key]) for case in self.cases}), 30, f"two cases have the same `{key}`")
        for case in self.cases:
            self.assertNotIn("region", case)
            self.assertTrue(case["says"]["nl"] and case["says"]["en"], case["case"])
            self.assertEqual(set(case["facts"] if "facts" in case else {}) - set(vocabulary["facts"]), set(), case["case"])
            for event in case.get("events", []):
                self.assertIn(event["event"], vocabulary["events"], case["case"])
                self.assertNotIn("phase", event, f"{case['case']}: regions do not share their phases")

    def test_every_region_decides_them(self):
        done = covenant("--json", "compare", CASES, "rules")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        regions = {path.name for path in (TOP / "rules").iterdir() if path.is_dir()} - {"national"}
        decided = json.loads(done.stdout)["cases"]
        self.assertEqual([case["case"] for case in decided], [case["case"] for case in self.cases])
        refused = {}
        for case in decided:
            self.assertEqual(set(case["regions"]), regions)
            for region, parts in case["regions"].items():
                if "error" in parts:
                    refused.setdefault(region, []).append(case["case"])
                else:
                    self.assertIn("word", parts["eligibility"], f"{case['case']} in {region}")
        self.assertEqual(set(refused), {"almere"}, "only Almere's covenant has ended")
        self.assertLess(len(refused["almere"]), 30, "cases that began before its end are decided by Almere too")
        for part in ("eligibility", "support", "refusal", "home_offer", "lease", "conversion", "nuisance", "housing"):
            self.assertTrue(any(part in case["differ"] for case in decided), f"no case in which regions differ on {part}")

    def test_readme_is_what_the_command_gives(self):
        (self.folder / "tests/cases").mkdir(parents=True)
        shutil.copy(TOP / CASES, self.folder / CASES)
        shutil.copytree(TOP / "rules", self.folder / "rules")
        done = covenant(*WRITE, folder=self.folder)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assertEqual((self.folder / "rules/README.md").read_text(encoding="utf-8"),
                         (TOP / "rules/README.md").read_text(encoding="utf-8"),
                         "rules/README.md is not what the rules decide now: write it anew with  build/covenant "
                         + " ".join(WRITE) + "  and look at the difference")
        self.assertEqual([path.name for path in (self.folder / "rules").iterdir() if path.name.endswith(".new")], [])

    def test_table_and_lists(self):
        done = covenant("compare", CASES, "rules")
        lines = done.stdout.splitlines()
        rows = [line for line in lines if line.startswith("| **")]
        self.assertEqual(len(rows), 30)
        for line in (line for line in lines if line.startswith("|")):
            self.assertEqual(line.replace("\\|", "").count("|"), 12, line)
        self.assertIn("geen convenant", rows[0])
        self.assertTrue(any(line.startswith("- toelating: ") for line in lines))
        self.assertTrue(any(line.startswith("- Almere: geen convenant van kracht in 1, ") for line in lines))
        for region in ("Groningen", "Den Haag", "Hoeksche Waard"):
            self.assertIn(f"**{region}**", lines)
        self.assertIn("| case | | Almere | Arnhem | The Hague |", covenant("compare", "--lang", "en").stdout)

    def test_a_changed_rule_changes_the_table(self):
        rules = self.folder / "rules"
        shutil.copytree(TOP / "rules", rules)
        file = rules / "groningen/2018/covenant.yaml"
        text = file.read_text(encoding="utf-8")
        self.assertIn('one_of(origin, "sheltered_living", "shelter"', text)
        file.write_text(text.replace('one_of(origin, "sheltered_living", "shelter"', 'one_of(origin, "detention", "shelter"'),
                        encoding="utf-8")
        before = json.loads(covenant("--json", "compare", CASES, "rules").stdout)["cases"]
        after = json.loads(covenant("--json", "compare", CASES, str(rules)).stdout)["cases"]
        told = [(one["case"], one["regions"]["groningen"]["eligibility"]["word"],
                 two["regions"]["groningen"]["eligibility"]["word"]) for one, two in zip(before, after)]
        self.assertIn(("sheltered", "ja, mits", "nee"), told)
        self.assertIn(("detention", "nee", "ja, mits"), told)
        self.assertIn("shelter", [name for name, was, is_now in told if was == is_now])
        for one, two in zip(before, after):
            self.assertEqual({**one["regions"], "groningen": None}, {**two["regions"], "groningen": None})

    def test_what_is_wrong_is_said(self):
        good = {"case": "a", "says": {"nl": "a", "en": "a"}, "on": "2026-05-04"}
        for cases, message in (([], "holds no cases"), ({}, "holds no cases"), ([{}], "expected an object"),
                               ([{**good, "region": "almere"}], "case `a`: expected nothing but"),
                               ([{**good, "on": "soon"}], "case `a`: expected `on`"),
                               ([{"case": "a", "on": "2026-05-04"}], "case `a`: expected `says`"),
                               ([{**good, "facts": {"orgin": "shelter"}}], "case `a` in almere: unknown fact `orgin`")):
            done = compare(cases, TOP / "rules", self.folder)
            self.assertEqual((done.returncode, done.stdout), (65, ""), cases)
            self.assertIn(message, done.stderr)
        self.assertEqual(covenant("compare", "/no/such/file").returncode, 66)
        self.assertEqual(covenant("compare", CASES, "/no/such/folder").returncode, 66)
        (self.folder / "page.md").write_text("nothing is made here\n", encoding="utf-8")
        done = covenant("compare", CASES, "rules", "--write", str(self.folder / "page.md"))
        self.assertEqual(done.returncode, 64)
        self.assertIn("<!-- made by: covenant compare", done.stderr)
        self.assertEqual((self.folder / "page.md").read_text(encoding="utf-8"), "nothing is made here\n")
