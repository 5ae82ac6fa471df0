"""`history`, `record` and `replay` of ranges: what is listed, for whom, over years, and what came of a decision later."""

import os
import unittest

from clock import clock
from harness import WireTest, decide, envelope


class History(WireTest):
    def lines(self, client, **members):
        return self.assertAnswered(client.ask(envelope("history", **members)))["history"]["records"]

    def ids(self, client, **members):
        return [line["id"] for line in self.lines(client, **members)]

    def confirm(self, client, id, outcome):
        reply = client.ask(envelope("confirm", decision=id, by="j.jansen", outcome=outcome, reason="agreed otherwise"))
        return self.assertAnswered(reply)["record"]["id"]

    def test_what_came_later_is_told(self):
        client = self.client(self.daemon())
        first, other, alone = (client.ask(decide(name))["record"]["id"] for name in ("veld-1", "veld-2", "veld-3"))
        again = client.ask(decide(replaces=first))["record"]["id"]
        self.confirm(client, first, "follows")
        deviating = self.confirm(client, first, "deviates")
        self.confirm(client, other, "follows")
        told = {line["id"]: line for line in self.lines(client, region="veldstad")}
        later = {id: {name: told[id].get(name) for name in ("replaces", "replaced_by", "confirmed")}
                 for id in (first, other, alone, again, deviating)}
        nothing = {"replaces": None, "replaced_by": None, "confirmed": None}
        self.assertEqual(later, {first: {**nothing, "replaced_by": again, "confirmed": "deviates"},
                                 other: {**nothing, "confirmed": "follows"}, alone: nothing,
                                 again: {**nothing, "replaces": first}, deviating: nothing})
        for id, members in later.items():
            record = self.assertAnswered(client.ask(envelope("record", decision=id)))["record"]
            self.assertEqual({name: record.get(name) for name in members}, members)
        for where in ({"region": "veldstad"}, {"case": "veld-1"}, {"case": "veld-1", "region": "veldstad"}):
            self.assertEqual(self.ids(client, only="deviated", **where), [first])
        self.assertEqual(self.ids(client, only="unconfirmed", region="veldstad"), [alone, again])
        self.assertEqual(self.ids(client, only="unconfirmed", case="veld-1"), [again])
        self.assertEqual(self.ids(client, only="unconfirmed", case="veld-1", region="lusdorp"), [])
        self.assertRefused(client.ask(envelope("history", region="veldstad", only="denied")), "invalid_request", "/only")

    def test_pages_of_what_is_wanted(self):
        client = self.client(self.daemon())
        ids = [client.ask(decide("veld-%d" % number))["record"]["id"] for number in range(30)]
        for id in ids[::3]:
            self.confirm(client, id, "follows")
        wanted = [id for number, id in enumerate(ids) if number % 3]
        seen, after, pages = [], {}, 0
        while True:
            page = self.assertAnswered(client.ask(envelope("history", region="veldstad", only="unconfirmed", limit=7,
                                                           **after)))["history"]
            self.assertLessEqual(len(page["records"]), 7)
            seen += [line["id"] for line in page["records"]]
            pages += 1
            if "next" not in page:
                break
            after = {"after": page["next"]}
        self.assertEqual((seen, pages), (wanted, 3))

    def test_nothing_that_was_stated_or_decided_is_listed(self):
        client = self.client(self.daemon())
        client.ask(decide())
        for members in ({"region": "veldstad"}, {"case": "veld-1"}):
            for line in self.lines(client, **members):
                self.assertLessEqual(set(line), {"id", "log", "index", "kind", "time", "client", "edition", "case", "on"})

    def test_a_caller_sees_its_own(self):
        data = os.path.join(self.folder(), "data")
        daemon = self.daemon(data=data)
        decided = self.client(daemon).ask(decide())["record"]["id"]
        daemon.stop()
        client = self.client(self.daemon(data=data, arguments=["--local-roles", "caller"]))
        self.assertEqual(self.ids(client, region="veldstad"), [decided])  # the edition's is the daemon's own
        self.assertEqual(self.ids(client, region="daemon"), [])
        self.assertEqual(self.ids(client, case="veld-1"), [decided])
        self.assertRefused(client.ask(envelope("record", decision=decided)), "forbidden", "/verb")

    def test_regions_that_there_are_not(self):
        data, rules = os.path.join(self.folder(), "data"), self.own_rules()
        client = self.client(self.daemon(data=data, rules=rules))
        for verb in ("history", "replay"):
            for region in ("veldstat", "veldstat/2026"):
                self.assertRefused(client.ask(envelope(verb, region=region)), "unknown_region", "/region")
        self.assertEqual(self.lines(client, region="lusdorp/1999"), [])
        # A region that the rules have no longer is still that of its logs.
        client.ask(decide())
        os.rename(os.path.join(rules, "lusdorp"), os.path.join(rules, "..", "lusdorp"))
        self.assertTrue(client.ask(envelope("reload"))["reload"]["loaded"])
        self.assertEqual(len(self.lines(client, region="lusdorp")), 2)
        self.assertEqual(self.assertAnswered(client.ask(envelope("replay", region="lusdorp")))["replay"]["identical"], 0)

    def test_the_trail_of_a_record(self):
        client = self.client(self.daemon())
        record = client.ask(decide())["record"]
        self.assertRefused(client.ask(envelope("erase", case="veld-1", region="veldstad", ground="x")), "forbidden")
        told = client.ask(envelope("record", decision=record["id"]))["record"]
        self.assertEqual(told["trail"], {"action": "decide", "object": "veld-1", "result": "recorded",
                                         "origin": "request", "actor": "local", "time": told["time"]})
        trails = [client.ask(envelope("record", decision=id))["record"]["trail"]
                  for id in self.ids(client, region="daemon")[:3]]
        self.assertEqual([(trail["action"], trail["object"], trail["result"], trail["origin"], trail["actor"])
                          for trail in trails],
                         [("restart", "daemon", "recorded", "daemon", "daemon"),
                          ("edition", "daemon", "recorded", "daemon", "daemon"),
                          ("forbidden", "daemon", "refused", "daemon", "local")])


class Years(WireTest):
    """Two years of two regions' worth of decisions, in three logs of one region."""

    def setUp(self):
        self.data = os.path.join(self.folder(), "data")
        self.decided = []
        for begin in ("2024-06-01 12:00:00", "2025-06-01 12:00:00", "2026-06-01 12:00:00"):
            daemon = self.daemon(data=self.data, environment=clock(begin))
            client = self.client(daemon)
            for number in range(40):
                self.decided.append(self.assertAnswered(client.ask(decide("veld-%d" % number)))["record"])
            daemon.stop()
        self.client = self.client(self.daemon(data=self.data, environment=clock("2026-06-02 12:00:00")))

    def replayed(self, **members):
        """How many decisions, in how many pages."""
        count, pages, start = 0, 0, {}
        while True:
            page = self.assertAnswered(self.client.ask(envelope("replay", **{**members, **start})))["replay"]
            self.assertEqual((page["different"], page["erased"]), (0, 0))
            count, pages = count + page["identical"], pages + 1
            if "next" not in page:
                return count, pages
            start = {"from": page["next"]}

    def test_ranges_over_years(self):
        self.assertEqual(self.replayed(region="veldstad"), (120, 2))
        for year in (2024, 2025, 2026):
            self.assertEqual(self.replayed(region="veldstad/%d" % year), (40, 1))
        last = self.decided[59]
        self.assertEqual(last["log"], "veldstad/2025")
        self.assertEqual(self.replayed(region="veldstad/2025", **{"to": last["index"]}), (20, 1))
        self.assertEqual(self.replayed(region="veldstad/2025", **{"from": last["index"] + 1}), (20, 1))
        self.assertEqual(self.replayed(since="2025-01-01T00:00:00+01:00")[0], 80)
        self.assertEqual(self.replayed(since="2025-01-01T00:00:00+01:00", until="2025-12-31T23:59:59+01:00")[0], 40)
        self.assertEqual(self.replayed(until="2025-12-31T23:59:59+01:00", region="veldstad")[0], 80)
        self.assertEqual(self.replayed(until="2025-12-31T23:59:59+01:00", region="lusdorp")[0], 0)

    def test_history_over_years(self):
        seen = self.records(self.client)
        self.assertEqual([line["id"] for line in seen if line["kind"] == "decision"],
                         [record["id"] for record in self.decided])
        self.assertEqual({line["log"] for line in seen}, {"veldstad/2024", "veldstad/2025", "veldstad/2026"})
        of_case = self.client.ask(envelope("history", case="veld-7", region="veldstad", limit=2))["history"]
        self.assertEqual([line["id"] for line in of_case["records"]], [self.decided[7]["id"], self.decided[47]["id"]])
        rest = self.client.ask(envelope("history", case="veld-7", region="veldstad", after=of_case["next"]))["history"]
        self.assertEqual([line["id"] for line in rest["records"]], [self.decided[87]["id"]])
        # A correction and a confirmation a year later.
        again = self.client.ask(decide("veld-7", replaces=self.decided[7]["id"]))["record"]
        line = self.client.ask(envelope("record", decision=self.decided[7]["id"]))["record"]
        self.assertEqual(line["replaced_by"], again["id"])


if __name__ == "__main__":
    unittest.main()
