"""Days and years of the logs: silence shows, and each year has a log of its own."""

import base64
import json
import os
import unittest

from clock import clock
from harness import WireTest, decide, envelope, until


class Clocked(WireTest):
    def started(self, data, begin, *arguments):
        return self.daemon(data=data, environment=clock(begin), arguments=["--local-roles", "all", *arguments])

    def told(self, client, region):
        """Kind, day and `about` of each leaf, and the whole of each record."""
        found = []
        for heading in self.records(client, region, editions=True):
            record = self.assertAnswered(client.ask(envelope("record", decision=heading["id"])))["record"]
            leaf = json.loads(base64.b64decode(record["leaf"]))
            found.append((leaf["kind"], leaf["time"][:10], leaf.get("about"), record))
        return found


class Days(Clocked):
    def test_each_day_begins_with_a_leaf(self):
        data = os.path.join(self.folder(), "data")
        daemon = self.started(data, "2026-03-01 23:59:57")
        client = self.client(daemon)
        self.assertEqual(self.assertAnswered(client.ask(decide()))["record"]["log"], "veldstad/2026")
        # Nobody asks anything: midnight comes all the same.
        self.assertTrue(until(lambda: len(self.records(client)) == 2))
        self.assertAnswered(client.ask(decide("veld-2")))
        for log in ("veldstad/2026", "daemon"):
            told = [leaf for leaf in self.told(client, log) if leaf[0] == "daily"]
            self.assertEqual([leaf[:3] for leaf in told],
                             [("daily", "2026-03-02", {"day": "2026-03-02", "size": 2})])
            self.assertEqual(told[0][3]["decision"], told[0][2])
            self.assertEqual(told[0][3]["client"], "daemon")
        self.assertEqual([leaf[0] for leaf in self.told(client, "veldstad")], ["edition", "decision", "daily", "decision"])
        self.assertEqual(daemon.stop(), 0)
        # The same day again, with another day of deciding: nothing is lacking.
        daemon = self.started(data, "2026-03-02 12:00:00", "--on", "2030-01-01")
        self.assertEqual(len(self.records(self.client(daemon))), 3)
        self.assertEqual(daemon.stop(), 0)
        # Stopped for days: one leaf now, which says since when nothing was heard; and the time is that of now.
        client = self.client(self.started(data, "2026-03-07 08:00:00"))
        self.assertTrue(until(lambda: len(self.records(client)) == 4))
        self.assertEqual(self.told(client, "veldstad")[-1][:3],
                         ("daily", "2026-03-07", {"day": "2026-03-07", "size": 4, "since": "2026-03-03"}))
        self.assertEqual([leaf[:3] for leaf in self.told(client, "daemon") if leaf[1] == "2026-03-07"][0],
                         ("daily", "2026-03-07", {"day": "2026-03-07", "size": 9, "since": "2026-03-03"}))

    def test_times_never_go_back(self):
        data = os.path.join(self.folder(), "data")
        daemon = self.started(data, "2026-03-05 12:00:00")
        self.assertAnswered(self.client(daemon).ask(decide()))
        daemon.stop()
        client = self.client(self.started(data, "2026-03-01 12:00:00"))
        self.assertAnswered(client.ask(decide("veld-2")))
        self.assertEqual([leaf[:2] for leaf in self.told(client, "veldstad")],
                         [("edition", "2026-03-05"), ("decision", "2026-03-05"), ("decision", "2026-03-05")])


class Years(Clocked):
    def check(self, client, decided, closed_on, silence):
        """Of veldstad: the old log is closed, and the new one names its head."""
        old, new = self.told(client, "veldstad/2025"), self.told(client, "veldstad/2026")
        self.assertEqual((old[-1][0], old[-1][1], new[0][0]), ("closing", closed_on, "daily"))
        vkeys = self.assertAnswered(client.ask(envelope("status")))["status"]["vkeys"]
        [vkey] = [vkey for vkey in vkeys if vkey.startswith("veldstad/2026+")]
        self.assertEqual(old[-1][2], {"year": 2025, "next": {"log": "veldstad/2026", "vkey": vkey}, **silence})
        head = self.assertAnswered(client.ask(envelope("checkpoint", log="veldstad/2025")))["checkpoint"]["note"]
        _, size, root = head.split("\n")[:3]
        self.assertEqual(int(size), len(old))
        self.assertEqual(new[0][2], {"day": closed_on, "size": 0, "previous": {
            "log": "veldstad/2025", "size": int(size), "root": "sha256:" + base64.b64decode(root).hex()}})
        self.assertEqual([leaf[0] for leaf in old].count("decision"), decided)
        return old[-1][3]["decision"], new

    def test_a_year_ends_while_it_serves(self):
        data = os.path.join(self.folder(), "data")
        daemon = self.started(data, "2025-12-31 23:59:57")
        client = self.client(daemon)
        request = decide()
        first = self.assertAnswered(client.ask(request))
        self.assertEqual(first["record"]["log"], "veldstad/2025")
        self.assertTrue(until(lambda: self.records(client, "veldstad/2026")))
        counts, new = self.check(client, 1, "2026-01-01", {})
        self.assertEqual(counts["year"], 2025)
        self.assertEqual(set(counts["counts"]["eligibility"].values()), {"fewer than 10"})
        # What was answered before is known still, and what comes now goes into the new log.
        self.assertEqual(client.ask(request), first)
        second = self.assertAnswered(client.ask(decide("veld-2")))["record"]
        self.assertEqual((second["log"], second["index"]), ("veldstad/2026", len(new)))
        confirmed = client.ask(envelope("confirm", decision=first["record"]["id"], by="j.jansen", outcome="follows"))
        self.assertEqual(self.assertAnswered(confirmed)["record"]["log"], "veldstad/2026")
        self.assertEqual([leaf[0] for leaf in self.told(client, "daemon")].count("closing"), 0)
        self.assertEqual(daemon.stop(), 0)
        client = self.client(self.started(data, "2026-01-01 12:00:00"))
        third = self.assertAnswered(client.ask(decide("veld-3")))["record"]
        self.assertEqual((third["log"], third["index"]), ("veldstad/2026", len(new) + 2))
        self.check(client, 1, "2026-01-01", {})

    def test_a_year_ends_while_it_is_stopped(self):
        data = os.path.join(self.folder(), "data")
        daemon = self.started(data, "2025-12-30 12:00:00")
        client = self.client(daemon)
        for number in range(12):
            self.assertAnswered(client.ask(decide("veld-%d" % number)))
        daemon.stop()
        # The first that comes is a decision, or nothing at all.
        for number, begin in enumerate(("2026-01-03 09:00:00", "2026-01-03 10:00:00")):
            daemon = self.started(data, begin)
            client = self.client(daemon)
            self.assertEqual(self.assertAnswered(client.ask(decide("veld-0")))["record"]["log"], "veldstad/2026")
            holds, new = self.check(client, 12, "2026-01-03", {"since": "2025-12-31"})
            self.assertEqual([leaf[0] for leaf in new].count("decision"), number + 1)
            self.assertEqual(list(holds["counts"]["eligibility"].values()), [12])
            daemon.kill()

    def test_years_without_anybody(self):
        data = os.path.join(self.folder(), "data")
        daemon = self.started(data, "2023-06-01 12:00:00")
        self.assertAnswered(self.client(daemon).ask(decide()))
        daemon.stop()
        client = self.client(self.started(data, "2026-02-01 12:00:00"))
        self.assertTrue(until(lambda: self.records(client, "veldstad/2026")))
        self.assertEqual([leaf[:2] for leaf in self.told(client, "veldstad")],
                         [("edition", "2023-06-01"), ("decision", "2023-06-01"), ("closing", "2026-02-01"), ("daily", "2026-02-01")])

    def test_killed_at_new_year(self):
        data = os.path.join(self.folder(), "data")
        for _ in range(3):
            daemon = self.started(data, "2025-12-31 23:59:58")
            client = self.client(daemon)
            self.assertAnswered(client.ask(decide()))
            daemon.kill()
        daemon = self.started(data, "2025-12-31 23:59:59")
        client = self.client(daemon)
        decided = 3
        while self.assertAnswered(client.ask(decide()))["record"]["log"] == "veldstad/2025":
            decided += 1
        daemon.kill()
        self.check(self.client(self.started(data, "2026-01-01 00:00:05")), decided, "2026-01-01", {})


if __name__ == "__main__":
    unittest.main()
