"""Retention: when the term of a case is over it is erased, without anybody asking; unless it is held."""
import base64
import os
import shutil
import subprocess
import unittest

from clock import clock
from harness import COVENANTD, RULES, WireTest, decide, envelope, until

ALL = ["--local-roles", "all"]
CASE = {"case": "veld-1", "region": "veldstad"}
HEAD = """sources:
  agreed: {title: Afgesproken, kind: agreement}
terms:
"""
TERM = "  - {kind: %s, says: {nl: bewaard}, source: agreed, keep: %s%s}\n"


class Retention(WireTest):
    def rules(self, *terms):
        path = os.path.join(self.folder(), "rules")
        shutil.copytree(RULES, path)
        with open(os.path.join(path, "national", "retention.yaml"), "w") as file:
            file.write(HEAD + "".join(TERM % (kind, keep, ", region: " + region if region else "")
                                      for kind, keep, region in terms))
        return path

    def at(self, day, data, rules):
        daemon = self.daemon(data=data, rules=rules, environment=clock(day + " 12:00:00"), arguments=ALL)
        client = self.client(daemon)
        self.assertTrue(until(lambda: client.ask_again(envelope("status"))["status"].get("retention")))
        return daemon, client

    def state(self, client, reply):
        return "decision" in self.assertAnswered(
            client.ask_again(envelope("record", decision=reply["record"]["id"])))["record"]

    def cause(self, client):
        """Why it started last."""
        records = client.ask_again(envelope("history", region="daemon", limit=1000))["history"]["records"]
        restarts = [record["id"] for record in records if record["kind"] == "restart"]
        return client.ask_again(envelope("record", decision=restarts[-1]))["record"]["request"]

    def test_a_term_that_is_over(self):
        data, rules = os.path.join(self.folder(), "data"), self.rules(("decision", "P30D", None))
        daemon, client = self.at("2026-01-01", data, rules)
        first, other, held = (client.ask(decide(name)) for name in ("veld-1", "veld-2", "veld-3"))
        self.assertAnswered(client.ask(envelope("hold", case="veld-3", region="veldstad", ground="archive")))
        daemon.stop()
        daemon, client = self.at("2026-01-20", data, rules)
        later = client.ask(decide("veld-2", questions=["eligibility"]))
        dry = self.assertAnswered(client.ask(envelope("erase", ground="x", dry_run=True, **CASE)))
        self.assertEqual(dry["erase"]["kept_until"], "2026-01-31")
        daemon.stop()
        daemon, client = self.at("2026-01-30", data, rules)
        self.assertTrue(self.state(client, first), "the last day")
        daemon.stop()
        daemon, client = self.at("2026-01-31", data, rules)
        self.assertTrue(until(lambda: not self.state(client, first)))
        # The newest record counts: the other case is kept as a whole; and so is what is held.
        self.assertTrue(self.state(client, other) and self.state(client, later) and self.state(client, held))
        self.assertEqual(client.ask_again(envelope("status"))["status"]["retention"],
                         {"looked": "2026-01-31", "held": 1})
        erasures = [record for record in self.records(client) if record["kind"] == "erasure"]
        self.assertEqual(len(erasures), 1)
        told = client.ask(envelope("record", decision=erasures[0]["id"]))["record"]
        self.assertEqual((told["client"], told["decision"]["ground"], told["request"]["keep"]),
                         ("daemon", "retention", "P30D"))
        self.assertEqual(told["decision"]["records"], [{"log": "veldstad/2026", "index": first["record"]["index"]}])
        # In new memory, as after any erasure.
        self.assertTrue(until(lambda: self.cause(client) == {"cause": "erasure"}))
        self.assertAnswered(client.ask(envelope("hold", case="veld-3", region="veldstad", ground="archive", release=True)))
        daemon.stop()
        daemon, client = self.at("2026-03-10", data, rules)
        self.assertTrue(until(lambda: not any(self.state(client, reply) for reply in (other, later, held))))
        daemon.stop()

    def test_midnight_comes_while_it_serves(self):
        data, rules = os.path.join(self.folder(), "data"), self.rules(("decision", "P1D", None))
        daemon = self.daemon(data=data, rules=rules, environment=clock("2026-05-01 23:59:57"), arguments=ALL)
        client = self.client(daemon)
        reply = client.ask(decide())
        self.assertTrue(self.state(client, reply))
        self.assertTrue(until(lambda: not self.state(client, reply)))
        self.assertEqual(daemon.stop(), 0)

    def test_a_region_of_its_own_and_the_longest_term(self):
        data = os.path.join(self.folder(), "data")
        rules = self.rules(("decision", "P1M", None), ("decision", "P2M", "veldstad"), ("confirmation", "P3M", None))
        daemon, client = self.at("2026-01-31", data, rules)
        plain, confirmed = client.ask(decide("veld-1")), client.ask(decide("veld-2"))
        self.assertAnswered(client.ask(envelope("confirm", decision=confirmed["record"]["id"], by="x", outcome="follows")))
        daemon.stop()
        for day, kept in (("2026-03-30", (True, True)), ("2026-03-31", (False, True)), ("2026-04-29", (False, True)),
                          ("2026-04-30", (False, False))):
            daemon, client = self.at(day, data, rules)
            self.assertTrue(until(lambda: (self.state(client, plain), self.state(client, confirmed)) == kept), day)
            daemon.stop()

    def test_a_clock_that_jumps_erases_nothing(self):
        data, rules = os.path.join(self.folder(), "data"), self.rules(("decision", "P30D", None))
        daemon, client = self.at("2026-01-01", data, rules)
        reply = client.ask(decide())
        daemon.stop()
        daemon = self.daemon(data=data, rules=rules, environment=clock("2036-01-01 12:00:00"), arguments=ALL)
        client = self.client(daemon)
        self.assertTrue(until(lambda: "retention_waits" in daemon.said()))
        self.assertTrue(self.state(client, reply))
        daemon.stop()

    def test_many_at_once(self):
        """More than one page of them, beside those that are kept; and who asks meanwhile is answered."""
        data, rules = os.path.join(self.folder(), "data"), self.rules(("decision", "P30D", None))
        count = 20 if os.environ.get("SANITIZED") else 80
        daemon, client = self.at("2026-01-01", data, rules)
        replies = [client.ask(decide("veld-%d" % number)) for number in range(count)]
        daemon.stop()
        daemon, client = self.at("2026-01-15", data, rules)
        for number in range(0, count, 2):
            self.assertAnswered(client.ask(decide("veld-%d" % number)))
        daemon.stop()
        daemon = self.daemon(data=data, rules=rules, environment=clock("2026-02-05 12:00:00"), arguments=ALL)
        client = self.client(daemon)
        self.assertAnswered(client.ask_again(decide("new")))
        for number, reply in enumerate(replies):
            self.assertTrue(until(lambda: self.state(client, reply) == (number % 2 == 0)), number)
        self.assertEqual(sum(record["kind"] == "erasure" for record in self.records(client)), count // 2)
        daemon.stop()

    def test_what_is_wrong_in_the_file_is_told(self):
        for terms, message in (([("decision", "P1D", "veldstat")], "did you mean `veldstad`"),
                               ([("decision", "PT24H", None)], "counts whole days"),
                               ([("decision", "P0D", None)], "expected a day or longer"),
                               ([("decision", "5 working days", None)], "expected a day or longer"),
                               ([("decision", "P1D", None), ("decision", "P2D", None)], "a term for `decision` already"),
                               ([("decisions", "P1D", None)], "decision"), ([], "terms")):
            ran = subprocess.run([COVENANTD, "--check", self.rules(*terms)], capture_output=True, text=True)
            self.assertEqual(ran.returncode, 1, (terms, ran.stdout))
            self.assertIn("national/retention.yaml:", ran.stdout)
            self.assertIn(message, ran.stdout)


class Hold(WireTest):
    def test_the_grounds(self):
        daemon = self.daemon(arguments=ALL)
        client = self.client(daemon)
        client.ask(decide())
        for ground in ("objection", "appeal", "archive"):
            self.assertAnswered(client.ask(envelope("hold", ground=ground, **CASE)))
        self.assertRefused(client.ask(envelope("hold", ground="curiosity", **CASE)), "invalid_request", "/ground")
        for ground in ("objection", "appeal", "archive"):
            refused = client.ask(envelope("erase", ground="avg-17", **CASE))
            self.assertRefused(refused, "forbidden", "/case")
            self.assertIn("`%s`" % ground, str(refused["error"]["all"]))
            self.assertAnswered(client.ask(envelope("hold", ground=ground, release=True, **CASE)))
        self.assertAnswered(client.ask(envelope("erase", ground="avg-17", **CASE)))


class Exported(WireTest):
    def test_whole_exports_that_hold_a_case_are_named(self):
        data = os.path.join(self.folder(), "data")
        daemon = self.daemon(data=data, environment=clock("2026-01-10 12:00:00"), arguments=ALL)
        client = self.client(daemon)
        reply, other = client.ask(decide()), client.ask(decide("veld-2"))
        key, first = base64.b64encode(bytes(range(1, 33))).decode(), reply["record"]["index"]
        exports = [self.assertAnswered(client.ask(envelope("export", log=reply["record"]["log"], key=key, until=day,
                                                           **{"from": at})))
                   for at, day in ((first, "2026-12-31"), (first + 1, "2026-12-31"), (first, "2026-01-11"))]
        self.assertEqual(len(exports), 3)
        daemon.stop()
        client = self.client(self.daemon(data=data, environment=clock("2026-01-12 12:00:00"), arguments=ALL))
        records = [record for record in client.ask(envelope("history", region="daemon"))["history"]["records"]
                   if record["kind"] == "access"]
        told = self.assertAnswered(client.ask(envelope("erase", ground="avg-17", dry_run=True, **CASE)))["erase"]
        named = [{"record": record["id"], "client": "local", "time": record["time"], "until": "2026-12-31"}
                 for record in records]
        self.assertEqual(told["exports"], named[:1], "the second begins after it, the third is past its day")
        request = envelope("erase", ground="avg-17", **CASE)
        erased = self.assertAnswered(client.ask(request))
        self.assertEqual(erased["erase"]["exports"], named[:1])
        self.assertEqual(client.ask(request), erased)
        told = self.assertAnswered(client.ask(envelope("erase", ground="x", dry_run=True, case="veld-2",
                                                       region="veldstad")))["erase"]
        self.assertEqual(told["exports"], named[:2])
        self.assertTrue(other["ok"])


if __name__ == "__main__":
    unittest.main()
