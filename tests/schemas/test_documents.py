#!/usr/bin/python3
"""Cases, decisions and what goes over the wire, checked against the JSON Schemas by an independent validator; and that
the daemon and the schema agree on which cases are wrong."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import jsonschema
import yaml

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
DAEMON = TOP / os.environ.get("BUILD", "build") / "covenantd"
sys.path.insert(0, str(TOP / "clients" / "python"))

from covenant_client import Covenant, Refused  # noqa: E402

NAMES = ("case", "decision", "protocol")
SCHEMAS = {name: json.loads((TOP / "schemas" / f"{name}.json").read_text(encoding="utf-8")) for name in NAMES}


class Text(yaml.SafeLoader):
    """YAML as the rules read it: only true and false are booleans, dates are text."""


Text.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":int", ":float"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}
Text.add_implicit_resolver("tag:yaml.org,2002:bool", __import__("re").compile("^(true|false)$"), "tf")


def validator(name, definition=None):
    schema = SCHEMAS[name]
    store = {f"{other}.json": SCHEMAS[other] for other in NAMES}
    resolver = jsonschema.RefResolver(f"{name}.json", schema, store=store)
    if definition:
        schema = {"$ref": f"{name}.json#/definitions/{definition}"}
    return jsonschema.Draft7Validator(schema, resolver=resolver)


def problems(name, document, definition=None):
    """What is wrong, the innermost first: an `anyOf` tells little by itself."""
    told = []

    def tell(error):
        for inner in error.context or []:
            tell(inner)
        told.append("/".join(map(str, error.absolute_path)) + ": " + error.message[:200])

    for error in validator(name, definition).iter_errors(document):
        tell(error)
    return told


def examples():
    """The examples of the covenants: path, case, dates."""
    for path in sorted((TOP / "rules").glob("*/*/cases/*.yaml")):
        example = yaml.load(path.read_text(encoding="utf-8"), Text)
        yield path.relative_to(TOP), example["case"], [expected["on"] for expected in example["expect"]]


GOOD = [
    {"case": "a", "region": "almere"},
    {"case": "A.b_c-1", "region": "almere", "facts": {}, "events": []},
    {"case": "a", "region": "almere", "facts": {"monthly_income": 1450.5}},
    {"case": "a", "region": "almere", "facts": {"monthly_income": "1450.50"}},
    {"case": "a", "region": "almere", "facts": {"origin": {"value": "shelter", "by": "client", "on": "2022-01-01"}}},
    {"case": "a", "region": "almere", "events": [{"event": "moved_in", "on": "2022-01-01", "ref": "x"}]},
    {"case": "a", "region": "almere", "events": [{"event": "nuisance_reported", "on": "2022-01-02", "severity": "minor",
                                                  "reporter": "named", "at": "2022-01-02T10:00:00+01:00"}]},
]
# Wrong in a way that a schema can see.
BAD = [
    {"region": "almere"},
    {"case": "a"},
    {"case": "", "region": "almere"},
    {"case": "a b", "region": "almere"},
    {"case": "a" * 65, "region": "almere"},
    {"case": "a", "region": "almere", "fact": {}},
    {"case": "a", "region": "almere", "facts": []},
    {"case": "a", "region": "almere", "facts": {"origin": "mars"}},
    {"case": "a", "region": "almere", "facts": {"origin": None}},
    {"case": "a", "region": "almere", "facts": {"children": "two"}},
    {"case": "a", "region": "almere", "facts": {"children": 1.5}},
    {"case": "a", "region": "almere", "facts": {"landed": "true"}},
    {"case": "a", "region": "almere", "facts": {"landed": {"by": "client"}}},
    {"case": "a", "region": "almere", "facts": {"landed": {"value": True, "of": "client"}}},
    {"case": "a", "region": "almere", "facts": {"lease_end": "01-03-2022"}},
    {"case": "a", "region": "almere", "facts": {"monthly_income": "1450.505"}},
    {"case": "a", "region": "almere", "events": {}},
    {"case": "a", "region": "almere", "events": [{"event": "moved_in"}]},
    {"case": "a", "region": "almere", "events": [{"on": "2022-01-01"}]},
    {"case": "a", "region": "almere", "events": [{"event": "moved_in", "on": "2022-13-01"}]},
    {"case": "a", "region": "almere", "events": [{"event": "evaluation", "on": "2022-01-01"}]},
    {"case": "a", "region": "almere", "events": [{"event": "evaluation", "on": "2022-01-01", "outcome": "fine"}]},
    {"case": "a", "region": "almere", "events": [{"event": "moved_in", "on": "2022-01-01", "at": "10:00"}]},
]
# Wrong in a way that only the daemon sees: names of the region, days that do not exist, a BSN.
BAD_TO_THE_DAEMON = [
    {"case": "111222333", "region": "almere"},
    {"case": "a", "region": "almere", "facts": {"orgin": "shelter"}},
    {"case": "a", "region": "almere", "facts": {"lease_end": "2022-02-30"}},
    {"case": "a", "region": "almere", "events": [{"event": "move_in", "on": "2022-01-01"}]},
    {"case": "a", "region": "almere", "events": [{"event": "moved_in", "on": "2022-01-01", "colour": "red"}]},
]


class Schemas(unittest.TestCase):
    def test_are_draft_7(self):
        for name, schema in SCHEMAS.items():
            jsonschema.Draft7Validator.check_schema(schema)
            self.assertEqual(schema["$schema"], "http://json-schema.org/draft-07/schema#", name)

    def each_property(self, name, schema, path=""):
        """Every `properties` member below, followed through references, with where it stands."""
        if isinstance(schema, dict):
            for key, inner in schema.items():
                if key == "properties" and "if" not in path.split("/")[-2:] and "then" not in path.split("/")[-2:]:
                    for member, property_ in inner.items():
                        yield f"{name}{path}/{member}", property_
                yield from self.each_property(name, inner, f"{path}/{key}")
        elif isinstance(schema, list):
            for index, inner in enumerate(schema):
                yield from self.each_property(name, inner, f"{path}/{index}")

    def test_every_key_is_described_with_examples(self):
        for name, schema in SCHEMAS.items():
            for path, property_ in self.each_property(name, schema):
                if isinstance(property_, dict) and set(property_) == {"$ref"}:
                    property_ = schema["definitions"][property_["$ref"].split("/")[-1]]
                self.assertIn("description", property_, path)
                if property_.get("type") != "object" or "properties" not in property_:
                    self.assertIn("examples", property_, path)

    def test_objects_are_closed(self):
        for name, schema in SCHEMAS.items():
            stack = [(name, schema)]
            while stack:
                path, part = stack.pop()
                if isinstance(part, dict):
                    if part.get("type") == "object" and "properties" in part:
                        self.assertIs(part.get("additionalProperties"), False, path)
                    stack += [(f"{path}/{key}", inner) for key, inner in part.items()]
                elif isinstance(part, list):
                    stack += [(path, inner) for inner in part]

    def test_kept_decisions(self):
        for path in sorted((TOP / "tests/wire/decisions").glob("*.json")):
            self.assertEqual(problems("decision", json.loads(path.read_text(encoding="utf-8"))), [], path.name)

    def test_cases(self):
        demo = json.loads((TOP / "tests/demo/case.json").read_text(encoding="utf-8"))
        self.assertEqual(problems("case", demo), [])
        for path, case, _ in examples():
            self.assertEqual(problems("case", case), [], path)
        for case in GOOD + BAD_TO_THE_DAEMON:
            self.assertEqual(problems("case", case), [], case)
        for case in BAD:
            self.assertNotEqual(problems("case", case), [], case)

    def test_a_spoilt_decision_is_seen(self):
        decision = json.loads((TOP / "tests/wire/decisions/everything.json").read_text(encoding="utf-8"))
        for spoil in (lambda d: d.pop("advice"), lambda d: d["eligibility"].update(outcome="perhaps"),
                      lambda d: d["deadlines"][0].update(colour="red"), lambda d: d.update(on="26-09-2022"),
                      lambda d: d["nuisance"]["reports"][0].pop("counts")):
            spoilt = json.loads(json.dumps(decision))
            spoil(spoilt)
            self.assertNotEqual(problems("decision", spoilt), [])


@unittest.skipUnless(DAEMON.exists(), f"SKIPPED: {DAEMON} is not built")
class Wire(unittest.TestCase):
    """What a daemon takes and gives, all of it checked."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.daemon = subprocess.Popen([DAEMON, "--rules", TOP / "rules", "--data", f"{cls.folder.name}/data",
                                       "--bind", "tcp://127.0.0.1:*"], stdout=subprocess.PIPE, text=True)
        cls.covenant = Covenant(cls.daemon.stdout.readline().split()[1], timeout=20)

    @classmethod
    def tearDownClass(cls):
        cls.covenant.close()
        cls.daemon.terminate()
        cls.daemon.wait()
        cls.daemon.stdout.close()
        cls.folder.cleanup()

    def answered(self, verb, **members):
        reply = self.covenant.ask(verb, **members)
        self.assertEqual(problems("protocol", reply, f"reply_{verb}"), [], (verb, members))
        return reply

    def test_decisions(self):
        """Every decision; every seventh with its trace, which takes the validator longer than all the rest."""
        asked = [(path, case, on) for path, case, dates in examples() for on in dates]
        for number, (path, case, on) in enumerate(asked):
            try:
                reply = self.covenant.ask("decide", case=case, on=on, trace=number % 7 == 0)
            except Refused as refused:
                self.assertEqual(refused.code, "no_covenant_in_force", path)
                continue
            self.assertEqual(problems("decision", reply["decision"]), [], f"{path} on {on}")

    def test_views_and_flips(self):
        """What one role may see of a decision, and the facts that would turn it."""
        for number, (path, case, dates) in enumerate(examples()):
            for role in ("housing_corporation", "caretaker"):
                try:
                    reply = self.covenant.ask("simulate", case=case, on=dates[-1], **{"for": role}, flip=True,
                                              trace=number % 7 == 0)
                except Refused as refused:
                    self.assertEqual(refused.code, "no_covenant_in_force", path)
                    continue
                self.assertEqual(problems("decision", reply["decision"]), [], f"{path} for {role}")

    def test_requests(self):
        request = {"protocol": 1, "request": "r", "verb": "decide", "case": GOOD[0], "on": "2022-09-26"}
        self.assertEqual(problems("protocol", request, "request"), [])
        self.assertNotEqual(problems("protocol", dict(request, when="2022-09-26"), "request"), [])
        with self.assertRaises(Refused):
            self.covenant.ask("decide", case=GOOD[0], when="2022-09-26")

    def test_other_answers(self):
        record = self.answered("decide", case=GOOD[0], on="2022-09-26")["record"]["id"]
        self.answered("record", decision=record)
        self.answered("replay", decision=record)
        self.answered("prove", decision=record)
        self.answered("checkpoint", region="almere")
        self.answered("confirm", decision=record, by="j.jansen", outcome="deviates", reason="agreed otherwise")
        self.answered("prove", region="almere", **{"from": 1})
        self.answered("replay", region="almere")
        self.answered("covenants")
        self.answered("vocabulary", region="almere")
        self.answered("history", region="almere", limit=1)
        self.answered("simulate", case=GOOD[0], on="2022-09-26")
        self.answered("reload")
        self.answered("status")

    def test_agree_on_cases(self):
        for case in GOOD:
            self.covenant.decide(case, on="2022-09-26")
        for case in BAD + BAD_TO_THE_DAEMON:
            with self.assertRaises(Refused, msg=case) as caught:
                self.covenant.decide(case, on="2022-09-26")
            self.assertEqual(caught.exception.code, "invalid_case", case)
            reply = {"protocol": 1, "request": "r", "ok": False,
                     "error": {"code": caught.exception.code, "message": caught.exception.message,
                               "at": caught.exception.at, "all": caught.exception.all}}
            self.assertEqual(problems("protocol", reply, "reply_error"), [], case)


if __name__ == "__main__":
    unittest.main()
