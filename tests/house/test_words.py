#!/usr/bin/python3
"""The words that motivations use for national names: none of the vocabulary is lacking, and none is left over."""
import pathlib
import re
import unittest

import yaml

TOP = pathlib.Path(__file__).resolve().parent.parent.parent


def words(kind):
    text = (TOP / "daemon/engine/words.c").read_text(encoding="utf-8")
    return set(re.findall(r'\{WORD_' + kind + r', "([a-z0-9_]+)",', text))


class Words(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        path = TOP / "rules/national/vocabulary.yaml"
        cls.vocabulary = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)

    def test_roles(self):
        self.assertEqual(set(self.vocabulary["roles"]), words("ROLE"))

    def test_events(self):
        self.assertEqual(set(self.vocabulary["events"]), words("EVENT"))

    def test_facts(self):
        """Beside the facts stand names that sections give, and usual attributes of a search profile."""
        self.assertEqual(set(self.vocabulary["facts"]) - words("FACT"), set())

    def test_choices(self):
        """A choice of a fact or of an event's attribute; roles are choices too."""
        typed = list(self.vocabulary["facts"].values())
        for event in self.vocabulary["events"].values():
            typed += event.get("attributes", {}).values()
        choices = {choice for thing in typed for choice in thing.get("one_of", [])}
        self.assertGreater(len(choices), 20)
        self.assertEqual(choices - words("VALUE") - words("ROLE"), set())

    def test_none_twice(self):
        text = (TOP / "daemon/engine/words.c").read_text(encoding="utf-8")
        rows = re.findall(r'\{(WORD_\w+), "([^"]+)",', text)
        self.assertEqual(len(rows), len(set(rows)))


if __name__ == "__main__":
    unittest.main()
