"""The same request again, many at a time, several clients, views, and who may ask what."""

import json
import os
import unittest

import zmq

from harness import WireTest, decide, envelope, new_case


class Idempotency(WireTest):
    def test_the_same_reply_byte_for_byte(self):
        client = self.client(self.daemon())
        for members in ({}, {"trace": True}, {"for": "housing_corporation"}, {"questions": ["eligibility"]},
                        {"trace": True, "for": "housing_corporation"}):
            request = decide(**members)
            client.send(request)
            first = client.receive_frames()
            client.send(dict(reversed(list(request.items()))))  # another order of members is the same body
            self.assertEqual(client.receive_frames(), first, members)
        self.assertEqual(len(self.records(client)), 5)

    def test_another_body_is_refused(self):
        client = self.client(self.daemon())
        request = decide()
        self.assertAnswered(client.ask(request))
        self.assertRefused(client.ask({**request, "on": "2024-05-02"}), "request_reused", "/request")
        self.assertRefused(client.ask({**request, "trace": True}), "request_reused", "/request")
        self.assertEqual(len(self.records(client)), 1)

    def test_within_one_batch(self):
        client = self.client(self.daemon())
        request = decide()
        for _ in range(50):
            client.send(request)
        client.send({**request, "on": "2024-05-02"})
        replies = [client.receive_frames() for _ in range(51)]
        self.assertEqual(len({reply[0] for reply in replies[:50]}), 1)
        self.assertRefused(json.loads(replies[50][0]), "request_reused")
        self.assertEqual(len(self.records(client)), 1)

    def test_after_a_restart_and_under_other_rules(self):
        rules, data = self.own_rules(), os.path.join(self.folder(), "data")
        requests = [decide(), decide(trace=True), decide(**{"for": "housing_corporation"})]
        daemon = self.daemon(data=data, rules=rules)
        client = self.client(daemon)
        first = [client.ask(request) for request in requests]
        daemon.stop()
        path = os.path.join(rules, "veldstad/2024/covenant.yaml")
        with open(path) as file:
            text = file.read()
        with open(path, "w") as file:
            file.write(text.replace("P3M", "P4M"))
        client = self.client(self.daemon(data=data, rules=rules))
        self.assertEqual([client.ask(request) for request in requests], first)
        changed = client.ask(decide())
        self.assertNotEqual(changed["decision"]["deadlines"], first[0]["decision"]["deadlines"])
        for reply in first:
            replay = client.ask(envelope("replay", decision=reply["record"]["id"]))
            self.assertEqual(replay["replay"], {"outcome": "identical"})

    def test_a_request_that_was_refused_is_not_remembered(self):
        client = self.client(self.daemon())
        request = decide()
        self.assertRefused(client.ask({**request, "on": "2023-01-01"}), "no_covenant_in_force")
        self.assertAnswered(client.ask(request))

    def test_reload(self):
        client = self.client(self.daemon())
        request = envelope("reload")
        first = client.ask(request)
        self.assertTrue(self.assertAnswered(first)["reload"]["loaded"])
        self.assertEqual(client.ask(request), first)
        self.assertEqual(client.ask(envelope("status"))["status"]["counters"]["reloads"], 1)


class Records(WireTest):
    def test_the_record_is_whole_whatever_was_asked(self):
        client = self.client(self.daemon())
        plain = client.ask(decide())
        for members in ({"trace": True}, {"for": "housing_corporation"}):
            reply = client.ask(decide(**members))
            record = client.ask(envelope("record", decision=reply["record"]["id"]))["record"]
            self.assertEqual(record["decision"], plain["decision"])
            self.assertEqual(record["request"]["verb"], "decide")
            self.assertNotIn("request", record["request"])
            self.assertNotIn("protocol", record["request"])
            self.assertEqual(record["kind"], "decision")
            self.assertEqual(record["client"], "local")

    def test_history_comes_in_pages(self):
        client = self.client(self.daemon())
        ids = [client.ask(decide("veld-%d" % (i % 3)))["record"]["id"] for i in range(25)]
        self.assertEqual(sorted(ids), ids)
        seen, after = [], {}
        while True:
            page = client.ask(envelope("history", region="veldstad", limit=10, **after))["history"]
            seen += page["records"]
            if "next" not in page:
                break
            after = {"after": page["next"]}
        self.assertEqual([record["kind"] for record in seen], ["edition"] + ["decision"] * 25)
        self.assertEqual([record["id"] for record in seen[1:]], ids)
        self.assertEqual([record["index"] for record in seen], list(range(26)))
        of_case = client.ask(envelope("history", case="veld-1"))["history"]["records"]
        self.assertEqual([record["id"] for record in of_case], ids[1::3])

    def test_replay_of_a_range(self):
        client = self.client(self.daemon())
        times = [client.ask(decide("veld-%d" % i)) for i in range(150)]
        counts, start, pages = 0, 0, 0
        while True:
            page = client.ask(envelope("replay", region="veldstad", **{"from": start}))["replay"]
            counts, pages = counts + page["identical"], pages + 1
            self.assertEqual((page["different"], page["erased"]), (0, 0))
            if "next" not in page:
                break
            start = page["next"]
        self.assertEqual(counts, 150)
        self.assertGreater(pages, 1)
        page = client.ask(envelope("replay", region="veldstad", **{"from": 10, "to": 14}))["replay"]
        self.assertEqual(page, {"identical": 5, "different": 0, "erased": 0})
        when = client.ask(envelope("record", decision=times[0]["record"]["id"]))["record"]["time"]
        page = client.ask(envelope("replay", since=when))["replay"]
        self.assertGreater(page["identical"], 0)
        page = client.ask(envelope("replay", until="2020-01-01T00:00:00+01:00"))["replay"]
        self.assertEqual(page["identical"], 0)
        self.assertRefused(client.ask(envelope("replay")), "invalid_request", "")
        self.assertRefused(client.ask(envelope("replay", region="nowhere")), "unknown_region", "/region")
        self.assertRefused(client.ask(envelope("replay", region="veldstad", **{"from": 3, "to": 2})),
                           "invalid_request", "/to")

    def test_a_correction_names_what_it_replaces(self):
        client = self.client(self.daemon())
        first = client.ask(decide())["record"]["id"]
        second = self.assertAnswered(client.ask(decide(replaces=first)))["record"]["id"]
        record = client.ask(envelope("record", decision=second))["record"]
        self.assertEqual(record["request"]["replaces"], first)
        self.assertRefused(client.ask(decide("veld-2", replaces=first)), "not_found", "/replaces")


class Simulation(WireTest):
    def test_nothing_is_recorded(self):
        client = self.client(self.daemon())
        decided = client.ask(decide())
        simulated = client.ask(envelope("simulate", case=new_case(), on="2024-05-01"))
        self.assertEqual(self.assertAnswered(simulated)["decision"], decided["decision"])
        self.assertNotIn("record", simulated)
        self.assertEqual(len(self.records(client)), 1)

    def test_drafts(self):
        client = self.client(self.daemon())
        path = "veldstad/2024/covenant.yaml"
        with open(os.path.join(os.path.dirname(__file__), "rules", path)) as file:
            text = file.read()
        request = {"case": new_case(), "on": "2024-05-01"}
        reply = client.ask(envelope("simulate", rules={path: text.replace("P3M", "P4M")}, **request))
        self.assertEqual(self.assertAnswered(reply)["decision"]["deadlines"][0]["due"], "2024-07-01")
        reply = client.ask(envelope("simulate", rules={path: text.replace("agreements_accepted", "agreements_accept")},
                                    **request))
        self.assertRefused(reply, "invalid_request", "/rules/" + path.replace("/", "~1"))
        reply = client.ask(envelope("simulate", rules={"../x.yaml": ""}, **request))
        self.assertRefused(reply, "invalid_request", "/rules/..~1x.yaml")
        self.assertEqual(client.ask(decide())["decision"]["deadlines"][0]["due"], "2024-06-01")


class Many(WireTest):
    def test_many_under_way(self):
        client = self.client(self.daemon())
        requests = [decide("veld-%d" % i) for i in range(500)]
        for request in requests:
            client.send(request)
        replies = [self.assertAnswered(client.receive()) for _ in requests]
        self.assertEqual({reply["request"] for reply in replies}, {request["request"] for request in requests})
        self.assertEqual(sorted(reply["record"]["index"] for reply in replies), list(range(1, 501)))

    def test_several_clients(self):
        daemon = self.daemon()
        clients = [self.client(daemon, delimiter=i % 2 == 0) for i in range(20)]
        clients += [self.client(daemon, kind=zmq.REQ) for _ in range(5)]
        for turn in range(10):
            sent = []
            for i, client in enumerate(clients):
                sent.append(decide("veld-%d-%d" % (i, turn)))
                client.send(sent[-1])
            for client, request in zip(clients, sent):
                reply = self.assertAnswered(client.receive())
                self.assertEqual(reply["request"], request["request"])
                self.assertEqual(reply["decision"]["case"], request["case"]["case"])

    def test_too_many_under_way_hear_busy_and_lose_nothing(self):
        client = self.client(self.daemon())
        requests = {request["request"]: request for request in (decide("veld-%d" % i) for i in range(3000))}
        for request in requests.values():
            client.send(request)
        answered, busy = {}, []
        for _ in requests:
            reply = client.receive()
            if reply["ok"]:
                answered[reply["request"]] = reply
            else:
                self.assertRefused(reply, "busy")
                busy.append(reply["request"])
        self.assertGreaterEqual(len(answered), 512)
        for request in busy:
            self.assertAnswered(client.ask(requests[request]))
        self.assertEqual(len(self.records(client)), 3000)

    def test_a_client_that_goes_away(self):
        daemon = self.daemon()
        for _ in range(10):
            client = self.client(daemon)
            for i in range(20):
                client.send(decide())
            client.close()
        self.assertAnswered(self.client(daemon).ask(decide()))


class Roles(WireTest):
    NEEDED = {"decide": "caller", "record": "auditor", "replay": "auditor", "reload": "operator", "simulate": "policy"}

    def test_each_verb_needs_its_role(self):
        requests = {"decide": decide(), "record": envelope("record", decision="x"),
                    "replay": envelope("replay", region="veldstad"), "reload": envelope("reload"),
                    "simulate": envelope("simulate", case=new_case(), on="2024-05-01"),
                    "status": envelope("status"), "covenants": envelope("covenants"),
                    "vocabulary": envelope("vocabulary", region="veldstad")}
        for role in ("caller", "auditor", "operator", "policy", "privacy"):
            client = self.client(self.daemon(arguments=["--local-roles", role]))
            for verb, request in requests.items():
                with self.subTest(role=role, verb=verb):
                    reply = client.ask(request)
                    if self.NEEDED.get(verb, role) == role:
                        self.assertNotEqual(reply.get("error", {}).get("code"), "forbidden")
                    else:
                        self.assertRefused(reply, "forbidden", "/verb")


if __name__ == "__main__":
    unittest.main()
