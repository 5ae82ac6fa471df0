"""Receipts, heads and proofs as a client checks them: with hashes of its own, none of the daemon's code."""

import base64
import json
import os
import shutil

from harness import WireTest, decide, envelope
from proofs import canonical, grew, head_of, proof_of, root_of, sha


class Receipts(WireTest):
    def check(self, leaf, proof, log, index):
        found, path, origin, size, root = proof_of(proof)
        self.assertEqual((found, origin), (index, log))
        self.assertEqual(root_of(leaf, index, size, path), root)
        return size

    def test_an_answer_proves_that_it_is_recorded(self):
        client = self.client(self.daemon())
        for i, members in enumerate([{}, {"trace": True}, {"for": "housing_corporation"}] * 3):
            reply = self.assertAnswered(client.ask(decide(**members)))
            record, leaf = reply["record"], base64.b64decode(reply["record"]["leaf"])
            self.assertEqual(self.check(leaf, record["proof"], record["log"], i + 1), i + 2)
            told = json.loads(leaf)
            self.assertEqual((told["id"], told["log"], told["kind"]), (record["id"], record["log"], "decision"))
            answer = sha(base64.b64decode(record["opening"]), canonical(reply["decision"]))
            self.assertEqual(told["answer"], "sha256:" + answer.hex())
            self.assertNotIn(b"veld-1", leaf)

    def test_a_record_is_proven_in_the_log_of_now(self):
        client = self.client(self.daemon())
        ids = [client.ask(decide("veld-%d" % i))["record"]["id"] for i in range(5)]
        for index, id in enumerate(ids, 1):  # after the record of the edition
            for verb in ("record", "prove"):
                told = self.assertAnswered(client.ask(envelope(verb, decision=id)))[verb]
                self.assertEqual(self.check(base64.b64decode(told["leaf"]), told["proof"], told["log"], index), 6)

    def test_heads(self):
        client = self.client(self.daemon())
        log = client.ask(decide())["record"]["log"]
        by_log = self.assertAnswered(client.ask(envelope("checkpoint", log=log)))["checkpoint"]
        self.assertEqual(by_log, client.ask(envelope("checkpoint", region="veldstad"))["checkpoint"])
        self.assertTrue(by_log["note"].startswith(log + "\n2\n"))
        self.assertIn(by_log["vkey"], client.ask(envelope("status"))["status"]["vkeys"])
        self.assertRefused(client.ask(envelope("checkpoint")), "invalid_request", "")
        self.assertRefused(client.ask(envelope("checkpoint", log=log, region="veldstad")), "invalid_request", "")
        self.assertRefused(client.ask(envelope("checkpoint", log="nowhere/2026")), "not_found", "/log")

    def test_a_log_only_grows(self):
        client = self.client(self.daemon())
        heads = []
        for i in range(7):
            log = client.ask(decide("veld-%d" % i))["record"]["log"]
            heads.append(client.ask(envelope("checkpoint", log=log))["checkpoint"]["note"])
        for start in range(1, 9):
            proof = self.assertAnswered(client.ask(envelope("prove", log=log, **{"from": start})))["prove"]
            self.assertEqual((proof["from"], proof["to"], proof["note"]), (start, 8, heads[-1]))
            self.assertEqual(len(proof["hashes"]) == 0, start == 8)
        for members in ({"from": 0}, {"from": 9}, {"to": 9, "from": 1}, {}):
            self.assertRefused(client.ask(envelope("prove", log=log, **members)), "invalid_request")
        self.assertRefused(client.ask(envelope("prove", decision="x", log=log)), "invalid_request", "/decision")
        self.assertRefused(client.ask(envelope("prove", decision="x")), "not_found", "/decision")

    def test_the_key_is_told_at_the_first_start_and_stays(self):
        data = os.path.join(self.folder(), "data")
        daemon = self.daemon(data=data)
        vkeys = self.client(daemon).ask(envelope("status"))["status"]["vkeys"]
        daemon.stop()
        for vkey in vkeys:
            self.assertIn("\n%s\n" % vkey, daemon.said())
        self.assertIn("warning: ", daemon.said())
        again = self.daemon(data=data)
        self.assertEqual(self.client(again).ask(envelope("status"))["status"]["vkeys"], vkeys)
        again.stop()
        self.assertNotIn(vkeys[0], again.said())


class Restored(WireTest):
    def test_an_older_copy_is_read_and_not_written(self):
        data = os.path.join(self.folder(), "data")
        path = os.path.join(data, "journal.db")
        daemon = self.daemon(data=data)
        first = self.client(daemon).ask(decide())
        daemon.stop()
        shutil.copy(path, path + ".older")
        daemon = self.daemon(data=data)
        lost = self.client(daemon).ask(decide("veld-2"))
        daemon.stop()
        os.replace(path + ".older", path)
        daemon = self.daemon(data=data)
        client = self.client(daemon)
        self.assertAnswered(client.ask(envelope("prove", decision=first["record"]["id"])))
        self.assertRefused(client.ask(envelope("record", decision=lost["record"]["id"])), "not_found")
        refused = client.ask(decide("veld-3"))
        self.assertRefused(refused, "unavailable")
        self.assertIn("--continue-after-restore", refused["error"]["message"])
        status = client.ask(envelope("status"))["status"]
        self.assertFalse(status["ready"])
        daemon.stop()
        self.assertIn("nothing is written", daemon.said())
        daemon = self.daemon(data=data, arguments=["--continue-after-restore"])
        answered = self.assertAnswered(self.client(daemon).ask(decide("veld-3")))
        self.assertEqual(answered["record"]["log"], first["record"]["log"] + ".2")
        self.assertEqual(answered["record"]["index"], 1)
        daemon.stop()
        answered = self.assertAnswered(self.client(self.daemon(data=data)).ask(decide("veld-4")))
        self.assertEqual(answered["record"]["index"], 2)


    def test_a_whole_folder_put_back_is_seen_by_who_kept_a_head(self):
        """With the head beside it put back too, nothing on the machine tells; a head that a client kept does."""
        data = os.path.join(self.folder(), "data")

        def decided(*names):
            daemon = self.daemon(data=data)
            client = self.client(daemon)
            for name in names:
                client.ask(decide(name))
            log, size, root = head_of(client.ask(envelope("checkpoint", region="veldstad"))["checkpoint"]["note"])
            return daemon, client, log, size, root

        decided("veld-1")[0].stop()
        shutil.copytree(data, data + ".older")
        daemon, _, log, kept, kept_root = decided("veld-2", "veld-3")
        daemon.stop()
        shutil.rmtree(data)
        os.replace(data + ".older", data)
        daemon, client, _, size, _ = decided()
        self.assertLess(size, kept)
        refused = client.ask(envelope("prove", log=log, **{"from": kept}))
        self.assertRefused(refused, "invalid_request", "/from")
        self.assertEqual(refused["error"]["message"], f"found {kept}, expected 1 to {size}: a size of the log")
        daemon.stop()
        # It grows past what was kept: then there is a proof, and it does not lead from the head that was kept.
        _, client, _, size, root = decided(*("veld-%d" % number for number in range(4, 8)))
        proof = self.assertAnswered(client.ask(envelope("prove", log=log, **{"from": kept})))["prove"]
        hashes = [bytes.fromhex(text.partition(":")[2]) for text in proof["hashes"]]
        self.assertFalse(grew(kept, kept_root, size, root, hashes))


class Erasing(WireTest):
    CASE = {"case": "veld-1", "region": "veldstad"}

    def erase(self, client, **members):
        return client.ask(envelope("erase", **{**self.CASE, "ground": "avg-17", "order": "2026-1", **members}))

    def test_a_human_follows_or_deviates(self):
        client = self.client(self.daemon())
        id = client.ask(decide())["record"]["id"]
        request = envelope("confirm", decision=id, by="j.jansen", outcome="deviates", reason="agreed otherwise")
        reply = self.assertAnswered(client.ask(request))
        self.assertEqual(reply["confirm"], {"decision": id, "by": "j.jansen", "outcome": "deviates",
                                            "reason": "agreed otherwise"})
        self.assertEqual(client.ask(request), reply)
        told = self.assertAnswered(client.ask(envelope("record", decision=reply["record"]["id"])))["record"]
        self.assertEqual((told["kind"], told["decision"]), ("confirmation", reply["confirm"]))
        for members, at in (({"outcome": "perhaps"}, "/outcome"), ({"outcome": "deviates"}, "/reason")):
            self.assertRefused(client.ask(envelope("confirm", decision=id, by="x", **members)), "invalid_request", at)
        self.assertRefused(client.ask(envelope("confirm", decision="x", by="x", outcome="follows")), "not_found")

    def test_what_is_erased_is_gone_and_the_log_stays(self):
        data = os.path.join(self.folder(), "data")
        daemon = self.daemon(data=data, arguments=["--local-roles", "all"])
        client = self.client(daemon)
        request = decide()
        first = client.ask(request)
        other = client.ask(decide("veld-2"))
        dry = self.assertAnswered(self.erase(client, dry_run=True))
        self.assertEqual(dry["erase"]["records"], [{"log": first["record"]["log"], "index": 1}])
        self.assertNotIn("record", dry)
        self.assertAnswered(client.ask(envelope("hold", ground="objection", **self.CASE)))
        held = self.erase(client)
        self.assertRefused(held, "forbidden", "/case")
        self.assertIn("`objection`", held["error"]["message"])
        self.assertAnswered(client.ask(envelope("hold", ground="objection", release=True, **self.CASE)))
        erased = self.assertAnswered(self.erase(client))
        self.assertEqual([record["index"] for record in erased["erase"]["records"]], [1, 3, 4])
        self.assertNotIn("veld-1", json.dumps(self.assertAnswered(
            client.ask(envelope("record", decision=erased["record"]["id"])))))
        for turn in range(2):
            told = self.assertAnswered(client.ask(envelope("record", decision=first["record"]["id"])))["record"]
            self.assertNotIn("request", told)
            index, path, _, size, root = proof_of(told["proof"])
            self.assertEqual(root_of(base64.b64decode(first["record"]["leaf"]), index, size, path), root)
            self.assertEqual(client.ask(envelope("replay", decision=first["record"]["id"]))["replay"],
                             {"outcome": "erased"})
            self.assertRefused(client.ask(request), "erased")
            self.assertRefused(self.erase(client), "not_found", "/case")
            self.assertEqual(client.ask(envelope("history", **self.CASE))["history"]["records"], [])
            page = client.ask(envelope("replay", region="veldstad"))["replay"]
            self.assertEqual((page["identical"], page["erased"]), (1, 1))
            self.assertEqual(client.ask(envelope("replay", decision=other["record"]["id"]))["replay"],
                             {"outcome": "identical"})
            daemon.stop()
            daemon = self.daemon(data=data, arguments=["--local-roles", "all"])
            client = self.client(daemon)
        # The case may come again, and begins anew.
        self.assertAnswered(client.ask(decide()))
        self.assertEqual(len(client.ask(envelope("history", **self.CASE))["history"]["records"]), 1)

    def test_an_older_copy_does_not_bring_a_case_back(self):
        data = os.path.join(self.folder(), "data")
        path = os.path.join(data, "journal.db")
        daemon = self.daemon(data=data, arguments=["--local-roles", "all"])
        first = self.client(daemon).ask(decide())
        daemon.stop()
        shutil.copy(path, path + ".older")
        daemon = self.daemon(data=data, arguments=["--local-roles", "all"])
        self.assertAnswered(self.erase(self.client(daemon)))
        daemon.stop()
        os.replace(path + ".older", path)
        client = self.client(self.daemon(data=data, arguments=["--continue-after-restore"]))
        told = self.assertAnswered(client.ask(envelope("record", decision=first["record"]["id"])))["record"]
        self.assertNotIn("decision", told)
        self.assertAnswered(client.ask(decide()))

    def test_only_who_may(self):
        client = self.client(self.daemon())
        client.ask(decide())
        self.assertRefused(self.erase(client), "forbidden", "/verb")
        self.assertRefused(client.ask(envelope("hold", ground="objection", **self.CASE)), "forbidden", "/verb")
        records = client.ask(envelope("history", region="daemon"))["history"]["records"]
        self.assertEqual([record["kind"] for record in records], ["restart", "edition", "forbidden", "forbidden"])
        told = self.assertAnswered(client.ask(envelope("record", decision=records[2]["id"])))["record"]
        self.assertEqual((told["client"], told["request"]), ("local", {"verb": "erase"}))
