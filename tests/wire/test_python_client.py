#!/usr/bin/python3
"""The Python client, against a fake daemon that is silent, busy or refuses."""
import contextlib
import datetime
import decimal
import io
import os
import re
import sys
import textwrap
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(os.path.dirname(HERE)), "clients", "python")]

from covenant_client import Covenant, NoAnswer, Refused, Unproven, uuid7  # noqa: E402
from fake_daemon import LIES, LIES_OF_KEYS, Fake, vkey  # noqa: E402

CASE = {"case": "alm-2022-0017", "region": "almere"}


class Client(unittest.TestCase):
    def test_decides(self):
        with Fake("normal") as endpoint, Covenant(endpoint) as covenant:
            answer = covenant.decide(CASE, on=datetime.date(2022, 9, 26))
            self.assertEqual(answer["decision"]["eligibility"]["outcome"], "not_eligible")
            self.assertEqual(covenant.record(answer["record"]["id"])["kind"], "decision")
            self.assertEqual(covenant.replay("x"), {"outcome": "identical"})
            self.assertTrue(covenant.status()["ready"])

    def test_leaves_out_what_is_not_given(self):
        with Fake("normal") as endpoint, Covenant(endpoint) as covenant:
            asked = covenant.ask("vocabulary", region="almere", on=None, for_="client", amount=decimal.Decimal("1.10"))
            self.assertEqual(set(asked["vocabulary"]["echo"]), {"protocol", "request", "verb", "region", "for", "amount"})
            self.assertEqual(asked["vocabulary"]["echo"]["amount"], "1.10")

    def test_retries_with_the_same_id(self):
        for behaviour in ("silent_once", "busy_twice"):  # the fake daemon ends when another id comes
            with Fake(behaviour) as endpoint, Covenant(endpoint, timeout=1) as covenant:
                self.assertTrue(covenant.decide(CASE)["ok"])

    def test_gives_up(self):
        with Covenant("tcp://127.0.0.1:1", timeout=0.1, tries=2) as covenant:
            with self.assertRaises(NoAnswer) as caught:
                covenant.decide(CASE, request="r-1")
            self.assertEqual(caught.exception.request, "r-1")
        with Fake("busy") as endpoint, Covenant(endpoint, tries=2) as covenant:
            with self.assertRaises(Refused) as caught:
                covenant.decide(CASE)
            self.assertEqual(caught.exception.code, "busy")

    def test_refuses_what_its_receipt_does_not_bear_out(self):
        for lie, problem in LIES.items():
            for key in (None, vkey()):
                with Fake("lie_" + lie) as endpoint, Covenant(endpoint, vkey=key) as covenant:
                    with self.assertRaises(Unproven, msg=lie) as caught:
                        covenant.decide(CASE, request="r-1")
                    self.assertRegex(str(caught.exception), problem, lie)
                    self.assertEqual(caught.exception.request, "r-1")
        for lie, problem in LIES_OF_KEYS.items():
            with Fake("lie_" + lie) as endpoint, Covenant(endpoint, vkey=vkey()) as covenant:
                self.assertTrue(covenant.anchored)
                with self.assertRaisesRegex(Unproven, problem, msg=lie):
                    covenant.decide(CASE)
            with Fake("lie_" + lie) as endpoint, Covenant(endpoint) as covenant:  # that is what a key is for
                self.assertFalse(covenant.anchored)
                self.assertTrue(covenant.decide(CASE)["ok"])

    def test_takes_what_its_receipt_bears_out(self):
        with Fake("normal") as endpoint, Covenant(endpoint, vkey=[vkey("daemon")]) as covenant:
            self.assertTrue(covenant.decide(CASE, on="2022-09-26")["ok"])
            self.assertEqual(covenant.confirm("x", "M. de Wit")["confirm"]["outcome"], "follows")
            self.assertIs(covenant.hold("a-1", "almere", "appeal")["hold"]["held"], True)
            self.assertEqual(covenant.erase("a-1", "almere", "retention", order="17")["erase"]["order"], "17")
            self.assertNotIn("record", covenant.erase("a-1", "almere", "retention", dry_run=True))
        with self.assertRaisesRegex(ValueError, "no vkey"):
            Covenant(vkey=vkey().replace("almere", "arnhem"))

    def test_refused(self):
        with Fake("invalid_case") as endpoint, Covenant(endpoint) as covenant:
            with self.assertRaises(Refused) as caught:
                covenant.decide(CASE)
            self.assertEqual((caught.exception.code, caught.exception.at), ("invalid_case", "/case/facts/ago"))
            self.assertEqual(len(caught.exception.all), 3)

    def test_the_examples_of_its_documentation(self):
        folder = os.path.join(os.path.dirname(os.path.dirname(HERE)), "clients", "python")
        for name in ("README.md", "covenant_client.py"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                text = file.read()
            block = re.search(r"(?:^    .*\n|^\n)+", text[text.index("    from covenant_client"):], re.M).group()
            with Fake("normal") as endpoint, io.StringIO() as out, contextlib.redirect_stdout(out):
                code = textwrap.dedent(block).replace("Covenant()", f"Covenant({endpoint!r})")
                exec(compile(code, name, "exec"), {})
                self.assertRegex(out.getvalue(), r"E2 De cliënt|not_eligible 01993f0f", name)

    def test_uuid7(self):
        ids = [uuid7() for _ in range(5000)]
        self.assertEqual(ids, sorted(set(ids)))
        for one in ids:
            self.assertRegex(one, r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")


if __name__ == "__main__":
    unittest.main()
