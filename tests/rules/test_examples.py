#!/usr/bin/python3
"""The nine regions and their examples: enough of them, none that expects nothing, and a life of two years in each."""
import datetime
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
REGIONS = ["almere", "arnhem", "den-haag", "flevoland", "groningen", "haarlem", "hoekse-waard", "nijmegen", "overbetuwe"]
EXAMPLES_MIN = 15
LIFE_MONTHS_MIN = 23


def examples(region):
    """(path, document); every scalar is text, as `on` is no truth here."""
    for path in sorted((TOP / "rules" / region).glob("*/cases/*.yaml")):
        yield path.relative_to(TOP), yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)


def months_between(first, last):
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (last.day < first.day)


class Examples(unittest.TestCase):
    def test_nine_regions(self):
        folders = sorted(path.name for path in (TOP / "rules").iterdir() if path.is_dir() and path.name != "national")
        self.assertEqual(folders, REGIONS)
        for region in REGIONS:
            self.assertTrue(list((TOP / "rules" / region).glob("*/covenant.yaml")), region)

    def test_enough_in_each_region(self):
        for region in REGIONS:
            self.assertGreaterEqual(len(list(examples(region))), EXAMPLES_MIN, region)

    def test_each_expects_something(self):
        for region in REGIONS:
            for path, example in examples(region):
                self.assertTrue(example.get("says", {}).get("nl"), f"{path}: what it shows is not said")
                self.assertTrue(example["expect"], path)
                for expected in example["expect"]:
                    parts = {key: value for key, value in expected.items() if key != "on"}
                    self.assertTrue(parts, f"{path}: on {expected['on']} nothing is expected")
                    for part, value in parts.items():  # within a part `{}` says that something is there
                        self.assertNotIn(value, ({}, ""), f"{path}: on {expected['on']} `{part}` expects nothing")

    def test_a_life_of_two_years_in_each_region(self):
        for region in REGIONS:
            longest = 0
            for _, example in examples(region):
                dates = sorted(datetime.date.fromisoformat(expected["on"]) for expected in example["expect"])
                if len(dates) > 2:
                    longest = max(longest, months_between(dates[0], dates[-1]))
            self.assertGreaterEqual(longest, LIFE_MONTHS_MIN, f"{region}: no life story over two years")

    def test_ids_and_names_are_their_own(self):
        seen = {}
        for region in REGIONS:
            for path, example in examples(region):
                self.assertNotIn(example["case"]["case"], seen, f"{path} and {seen.get(example['case']['case'])}")
                seen[example["case"]["case"]] = path


class Coverage(unittest.TestCase):
    """`covenant test --coverage` on a covenant of our own, in which it is known what the examples try."""

    COVENANT = """\
covenant: waterstad
version: "2024"
title: {nl: Weer een thuis}
in_force: {from: 2024-01-01, source: agreement}
sources:
  agreement: {title: Convenant, kind: agreement}
eligibility:
  requirements:
    - {id: E1, says: {nl: Opvang}, source: agreement, require: 'origin == "shelter"'}
    - {id: E2, says: {nl: Rustig}, source: agreement, require: not happened(nuisance_reported)}
    - {id: E3, says: {nl: Schulden}, source: agreement, applies: 'known(debt_status) and debt_status ~= "none"', require: budget_management}
    - {id: E4, says: {nl: Zwijgt}, source: agreement, require: agreements_accepted or silent(O1)}
silent:
  - {id: O1, says: {nl: Staat nergens}, source: agreement}
"""
    EXAMPLE = """\
case: {{case: wat-{number}, region: waterstad, facts: {{{facts}}}, events: [{events}]}}
expect: [{{on: 2024-02-01, region: waterstad}}]
"""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        shutil.copytree(TOP / "rules/national", self.folder / "national")
        version = self.folder / "waterstad/2024"
        (version / "cases").mkdir(parents=True)
        (version / "covenant.yaml").write_text(self.COVENANT, encoding="utf-8")

    def lacking(self, *cases):
        for number, (facts, events) in enumerate(cases):
            (self.folder / f"waterstad/2024/cases/{number}.yaml").write_text(
                self.EXAMPLE.format(number=number, facts=facts, events=events), encoding="utf-8")
        done = subprocess.run([COVENANT, "--json", "test", "--coverage", self.folder], capture_output=True, text=True,
                              timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        coverage = json.loads(done.stdout)["coverage"]
        self.assertEqual(coverage["conditions"], 5)
        self.assertEqual(coverage["whole"], 5 - len(coverage["lacking"]))
        return {f"{item['rule']}.{item['key']}": item["never"] for item in coverage["lacking"]}

    def test_nothing_tried(self):
        self.assertEqual(self.lacking(("", "")), {
            "E1.require": ["true", "false"], "E2.require": ["false"], "E3.applies": ["true"],
            "E3.require": ["true", "false", "unknown"], "E4.require": ["true"]})

    def test_a_rule_that_does_not_apply_decides_nothing(self):
        self.assertEqual(self.lacking(("debt_status: none, budget_management: true", ""))["E3.require"],
                         ["true", "false", "unknown"])

    def test_all_tried(self):
        nuisance = "{event: nuisance_reported, on: 2024-01-05, severity: minor, reporter: named}"
        self.assertEqual(self.lacking(
            ("", ""), ("origin: shelter, agreements_accepted: true, debt_status: programme", ""),
            ("origin: clinic, debt_status: programme, budget_management: true", nuisance),
            ("debt_status: uncontrolled, budget_management: false", "")), {})

    def test_for_people(self):
        self.lacking(("", ""))
        done = subprocess.run([COVENANT, "test", "--coverage", self.folder], capture_output=True, text=True, timeout=60)
        self.assertIn("  never true: E1.require, E3.applies, E3.require, E4.require\n", done.stdout)
        self.assertIn("0 of 5 conditions came out in every way they can\n", done.stdout)
        self.assertEqual(done.returncode, 0)
