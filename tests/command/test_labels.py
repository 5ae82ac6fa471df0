#!/usr/bin/python3
"""What a region names itself is shown by its label, and a stage by what its rule says; a daemon of one's own serves
the real rules. The cases are those of the examples that tell two years.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import unittest

import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "wire"))

from harness import BUILD, Daemon, WireTest, envelope  # noqa: E402

RULES = os.path.join(ROOT, "rules")
COVENANT = os.path.join(BUILD, "covenant")


def typed(value):
    """What YAML's base loader leaves as text."""
    if isinstance(value, dict):
        return {name: typed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    if value in ("true", "false"):
        return value == "true"
    return int(value) if re.fullmatch(r"-?[0-9]+", value) else value


def example(region, name):
    """The case of an example, and the last date that it expects something of."""
    version, = [folder for folder in sorted(os.listdir(os.path.join(RULES, region)))
                if os.path.exists(os.path.join(RULES, region, folder, "cases", name))][:1]
    with open(os.path.join(RULES, region, version, "cases", name), encoding="utf-8") as file:
        document = yaml.load(file, yaml.BaseLoader)
    case = document["case"]
    for part in ("facts", "events"):
        if part in case:
            case[part] = typed(case[part])
    return case, document["expect"][-1]["on"]


class Labels(WireTest):
    def setUp(self):
        self.served = self.daemon(rules=RULES)
        self.asker = self.client(self.served)

    def covenant(self, *arguments, case):
        path = os.path.join(self.folder(), "case.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(case, file)
        done = subprocess.run([COVENANT, "--connect", self.served.endpoint, arguments[0], path, *arguments[1:]],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return re.sub(r"\s+", " ", done.stdout)

    def test_own_names_are_said_by_their_labels(self):
        seen = 0
        with open(os.path.join(RULES, "national", "vocabulary.yaml"), encoding="utf-8") as file:
            national = yaml.load(file, yaml.BaseLoader)
        for region in sorted(set(os.listdir(RULES)) - {"national", "README.md"}):
            vocabulary = self.assertAnswered(self.asker.ask(envelope("vocabulary", region=region)))["vocabulary"]
            own = [(item[kind], item["label"]["nl"]) for kind in ("fact", "event") for item in vocabulary[kind + "s"]
                   if item[kind] not in national[kind + "s"]]
            case, on = example(region, "two_years.yaml")
            text = self.covenant("decide", "--on", on, case=case)
            for name, label in own:
                if "_" in name:
                    self.assertNotIn(name.replace("_", " "), text, region)
                seen += re.sub(r"\s+", " ", label) in text
        self.assertGreaterEqual(seen, 5)

    def test_flevoland(self):
        case, _ = example("flevoland", "two_years.yaml")
        text = self.covenant("decide", "--on", "2022-06-01", case=case)
        self.assertIn("Goede complexbeheerder nodig: ja", text)
        self.assertIn("fase: De fase erna: de wijk draagt, sinds 1 juni 2022", text)
        self.assertIn("fase: De fase erna: steun in de wijk, van wijkteam", text)
        english = self.covenant("decide", "--on", "2022-06-01", "--lang", "en", case=case)
        self.assertNotIn("settled", english)
        self.assertNotIn("neighbourhood, since", english)

    def test_a_draft_has_its_own_labels(self):
        draft = os.path.join(self.folder(), "rules")
        shutil.copytree(RULES, draft, copy_function=shutil.copyfile)
        path = os.path.join(draft, "flevoland", "2020", "covenant.yaml")
        with open(path, encoding="utf-8") as file:
            rules = file.read()
        self.assertIn("Goede complexbeheerder nodig", rules)
        with open(path, "w", encoding="utf-8") as file:
            file.write(rules.replace("Goede complexbeheerder nodig", "Een beheerder is nodig"))
        case, _ = example("flevoland", "two_years.yaml")
        self.assertIn("Een beheerder is nodig: ja", self.covenant("simulate", "--rules", draft, "--on", "2022-06-01", case=case))
        self.assertIn("Goede complexbeheerder nodig: ja", self.covenant("simulate", "--on", "2022-06-01", case=case))

    def test_explain_needs_no_vocabulary(self):
        """The motivation comes from the record alone; a stage is said by its rule, which the record has."""
        case, _ = example("flevoland", "two_years.yaml")
        record = self.assertAnswered(self.asker.ask(envelope("decide", case=case, on="2022-06-01")))["record"]["id"]
        told = [subprocess.run([COVENANT, "--connect", self.served.endpoint, "explain", record], capture_output=True,
                               text=True, timeout=60).stdout for _ in range(2)]
        self.assertEqual(told[0], told[1])
        self.assertIn("Het traject is in deze fase:\n    “De fase erna: de wijk draagt”\n", told[0])
        self.assertNotIn("settled", told[0])


if __name__ == "__main__":
    unittest.main()
