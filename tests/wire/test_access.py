"""Who read personal facts is recorded before they leave; what shows none is not."""

import base64
import json
import os
import shutil
import unittest

from harness import WireTest, decide, envelope


class Access(WireTest):
    def kinds(self, client):
        return [record["kind"] for record in self.records(client, "daemon")]

    def accesses(self, client):
        """The leaf's `about` and what the record holds, of each."""
        found = []
        for record in self.records(client, "daemon"):
            if record["kind"] == "access":
                told = self.assertAnswered(client.ask(envelope("record", decision=record["id"])))["record"]
                found.append((json.loads(base64.b64decode(told["leaf"])), told))
        return found

    def test_who_reads_a_record_is_recorded(self):
        client = self.client(self.daemon())
        decided = client.ask(decide())["record"]
        confirmed = client.ask(envelope("confirm", decision=decided["id"], by="j.jansen", outcome="follows"))["record"]
        for number, read in enumerate((decided, confirmed)):
            request = envelope("record", decision=read["id"])
            reply = self.assertAnswered(client.ask(request))
            leaf, told = self.accesses(client)[number]
            self.assertEqual(leaf["about"], {"records": 1, "log": read["log"], "first": read["index"],
                                             "last": read["index"]})
            self.assertEqual(told["request"], {"verb": "record", "decision": read["id"]})
            self.assertEqual(told["decision"], {"records": [{"log": read["log"], "index": read["index"]}]})
            self.assertEqual((told["client"], told["log"]), ("local", "daemon"))
            self.assertNotIn("veld-1", json.dumps(told))
            # The same request again is the same reading; its id for another one is refused.
            self.assertEqual(client.ask(request), reply)
            self.assertEqual(len(self.accesses(client)), number + 1)
            other = dict(request, decision=(confirmed if read is decided else decided)["id"])
            self.assertRefused(client.ask(other), "request_reused", "/request")

    def test_what_shows_nothing_personal_is_not(self):
        client = self.client(self.daemon())
        record = client.ask(decide())["record"]
        before = self.kinds(client)
        for verb, members in (("history", {"region": "veldstad"}), ("history", {"case": "veld-1"}),
                              ("checkpoint", {"region": "veldstad"}), ("prove", {"decision": record["id"]}),
                              ("replay", {"decision": record["id"]}), ("replay", {"region": "veldstad"}),
                              ("covenants", {}), ("status", {}), ("vocabulary", {"region": "veldstad"})):
            self.assertAnswered(client.ask(envelope(verb, **members)))
        for heading in self.records(client, "daemon"):
            self.assertAnswered(client.ask(envelope("record", decision=heading["id"])))
        self.assertEqual(self.kinds(client), before)
        self.assertEqual(before, ["restart", "edition"])

    def test_an_erased_case_can_be_read_by_nobody(self):
        client = self.client(self.daemon(arguments=["--local-roles", "all"]))
        record = client.ask(decide())["record"]
        self.assertAnswered(client.ask(envelope("erase", case="veld-1", region="veldstad", ground="avg-17")))
        self.assertNotIn("decision", self.assertAnswered(client.ask(envelope("record", decision=record["id"])))["record"])
        self.assertEqual(self.accesses(client), [])

    def test_an_older_copy_shows_no_facts_until_that_can_be_recorded(self):
        data = os.path.join(self.folder(), "data")
        path = os.path.join(data, "journal.db")
        daemon = self.daemon(data=data)
        first = self.client(daemon).ask(decide())["record"]
        daemon.stop()
        shutil.copy(path, path + ".older")
        daemon = self.daemon(data=data)
        self.assertAnswered(self.client(daemon).ask(decide("veld-2")))
        daemon.stop()
        os.replace(path + ".older", path)
        client = self.client(self.daemon(data=data))
        self.assertRefused(client.ask(envelope("record", decision=first["id"])), "unavailable")
        self.assertAnswered(client.ask(envelope("prove", decision=first["id"])))


if __name__ == "__main__":
    unittest.main()
