"""The envelope: frames, and everything that may be wrong with a request, one by one. Nothing of it is recorded."""

import json
import unittest

import zmq

from harness import WireTest, decide, envelope, new_case


class Frames(WireTest):
    def setUp(self):
        self.served = self.daemon()

    def test_req_gets_a_reply(self):
        client = self.client(self.served, kind=zmq.REQ)
        request = decide()
        reply = self.assertAnswered(client.ask(request))
        self.assertEqual(reply["request"], request["request"])
        self.assertEqual(sorted(reply["record"]), ["id", "index", "leaf", "log", "opening", "proof"])
        self.assertEqual(reply["decision"]["eligibility"]["outcome"], "eligible")

    def test_dealer_without_a_delimiter(self):
        client = self.client(self.served)
        client.send(decide())
        self.assertEqual(len(client.receive_frames()), 1)

    def test_dealer_with_a_delimiter(self):
        client = self.client(self.served, delimiter=True)
        client.send(decide())
        frames = client.receive_frames()
        self.assertEqual((len(frames), frames[0]), (2, b""))

    def test_empty_frame(self):
        client = self.client(self.served)
        client.send_frames(b"")
        reply = client.receive()
        self.assertRefused(reply, "malformed")
        self.assertIsNone(reply["request"])
        self.assertNotIn("at", reply["error"])
        self.assertEqual((reply["error"]["line"], reply["error"]["column"]), (1, 1))

    def test_empty_body_of_a_req(self):
        client = self.client(self.served, kind=zmq.REQ)
        self.assertRefused(client.ask(b""), "malformed")

    def test_two_bodies(self):
        client = self.client(self.served)
        for frames in ([b"{}", b"{}"], [b"{}", b""], [b"{}"] * 40):
            client.send_frames(*frames)
            self.assertRefused(client.receive(), "malformed")
        client.send_frames(b"", b"{}", b"{}")
        frames = client.receive_frames()
        self.assertEqual((len(frames), frames[0]), (2, b""))
        self.assertAnswered(client.ask(decide()))

    def test_too_large(self):
        client = self.client(self.served)
        for size in (256 * 1024 + 1, 2 * 1024 * 1024):
            reply = client.ask(b" " * size)
            self.assertRefused(reply, "too_large")
            self.assertIsNone(reply["request"])
        body = b'{"protocol": 1, "request": "x", "verb": "status"'
        self.assertAnswered(client.ask(body + b" " * (256 * 1024 - len(body) - 1) + b"}"))

    def test_over_four_mebibytes_the_connection_ends(self):
        client = self.client(self.served)
        client.send(b" " * (4 * 1024 * 1024 + 1))
        self.assertAnswered(self.client(self.served).ask(decide()))


class Malformed(WireTest):
    @classmethod
    def setUpClass(cls):
        cls.texts = [b"{", b"nonsense", b'{"protocol": 1,}', b'{"a": 1, "a": 2}', b'{"a": "\xff"}', b"{} {}",
                     b'{"a": 01}', b"[" * 100000, b'{"a": NaN}', b"\xef\xbb\xbf{}", b'{"a": "\\u0000", "b\\u0000": 1}',
                     b"{}\x00", b'"\\ud800"', b"'", b"\x00"]

    def test_each_is_answered_with_its_place(self):
        client = self.client(self.daemon())
        for text in self.texts:
            reply = client.ask(text)
            self.assertRefused(reply, "malformed")
            self.assertIsNone(reply["request"])
            self.assertGreaterEqual(reply["error"]["line"], 1)
            self.assertGreaterEqual(reply["error"]["column"], 1)
        self.assertEqual(client.ask(b'{"protocol": 1,\n "verb": }')["error"]["line"], 2)
        self.assertAnswered(client.ask(decide()))

    def test_json_that_is_no_object(self):
        client = self.client(self.daemon())
        for text in (b"[]", b"1", b"null", b'"x"', b"true", b"1.5"):
            self.assertRefused(client.ask(text), "invalid_request", "")


class Members(WireTest):
    """(what is changed in a good request, code, pointer): `None` takes a member away."""

    TABLE = [
        ({"protocol": None}, "invalid_request", ""),
        ({"protocol": 2}, "unsupported_protocol", "/protocol"),
        ({"protocol": 0}, "unsupported_protocol", "/protocol"),
        ({"protocol": 1.5}, "unsupported_protocol", "/protocol"),
        ({"protocol": "1"}, "invalid_request", "/protocol"),
        ({"request": None}, "invalid_request", ""),
        ({"request": ""}, "invalid_request", "/request"),
        ({"request": "x" * 65}, "invalid_request", "/request"),
        ({"request": 7}, "invalid_request", "/request"),
        ({"verb": None}, "invalid_request", ""),
        ({"verb": 1}, "invalid_request", "/verb"),
        ({"verb": "decied"}, "unknown_verb", "/verb"),
        ({"verb": ""}, "unknown_verb", "/verb"),
        ({"verb": "erased"}, "unknown_verb", "/verb"),
        ({"case": None}, "invalid_request", ""),
        ({"case": []}, "invalid_request", "/case"),
        ({"on": "2024-02-30"}, "invalid_request", "/on"),
        ({"on": "1899-12-31"}, "invalid_request", "/on"),
        ({"on": "2024-5-1"}, "invalid_request", "/on"),
        ({"on": 20240501}, "invalid_request", "/on"),
        ({"onn": "2024-05-01"}, "invalid_request", "/onn"),
        ({"a/b~c": 1}, "invalid_request", "/a~1b~0c"),
        ({"trace": "yes"}, "invalid_request", "/trace"),
        ({"for": "nobody_known"}, "invalid_request", "/for"),
        ({"questions": "eligibility"}, "invalid_request", "/questions"),
        ({"questions": ["eligibilty"]}, "invalid_request", "/questions/0"),
        ({"replaces": "x"}, "not_found", "/replaces"),
        ({"case": new_case(region="nowhere")}, "unknown_region", "/case/region"),
        ({"on": "2023-12-31"}, "no_covenant_in_force", "/on"),
        ({"case": new_case("111222333")}, "invalid_case", "/case/case"),
        ({"case": new_case("a b")}, "invalid_case", "/case/case"),
        ({"case": new_case(facts={"orgin": "shelter"})}, "invalid_case", "/case/facts/orgin"),
        ({"case": new_case(facts={"agreements_accepted": 1})}, "invalid_case", "/case/facts/agreements_accepted"),
        ({"case": new_case(facts={"origin": {"value": 3}})}, "invalid_case", "/case/facts/origin/value"),
        ({"case": new_case(facts={"monthly_income": 1.505})}, "invalid_case", "/case/facts/monthly_income"),
        ({"case": new_case(events=[{"event": "urgency_requested", "on": "2024-02-31"}])}, "invalid_case",
         "/case/events/0/on"),
        ({"case": new_case(events=[{"event": "moved"}])}, "invalid_case", None),
    ]

    def test_each(self):
        served = self.daemon()
        client = self.client(served)
        for change, code, at in self.TABLE:
            with self.subTest(change=change):
                request = {**decide(), **change}
                request = {name: value for name, value in request.items() if value is not None}
                reply = client.ask(request)
                self.assertRefused(reply, code, at)
                wanted = request.get("request")
                echoed = wanted if isinstance(wanted, str) and 0 < len(wanted) <= 64 else None
                self.assertEqual(reply["request"], echoed)
                if code != "malformed":
                    self.assertEqual({**reply["error"]["all"][0]},
                                     {name: reply["error"][name] for name in reply["error"] if name != "all"})
        self.assertEqual(self.records(client), [])
        self.assertAnswered(client.ask(decide()))

    def test_null_is_refused(self):
        client = self.client(self.daemon())
        for name in ("on", "case", "trace"):
            self.assertRefused(client.ask({**decide(), name: None}), "invalid_request", "/" + name)

    def test_what_was_found_is_told_and_what_is_near(self):
        client = self.client(self.daemon())
        for change, message in (
                ({"for": "clint"}, "unknown role `clint`, did you mean `client`?"),
                ({"for": 3}, "expected a role, as `housing_corporation`, found a whole number"),
                ({"trace": "yes"}, "expected true or false, found a text"),
                ({"questions": []}, 'expected a list of sections, as ["eligibility", "next_steps"], found an empty one')):
            self.assertEqual(client.ask({**decide(), **change})["error"]["message"], message)
        reply = client.ask(envelope("replay", region="veldstad", **{"from": -1}))
        self.assertEqual(reply["error"]["message"], "found -1, expected a whole number, 0 or more")
        reply = client.ask(envelope("decide", case=new_case(facts={"origin": "x\x00\x1b" + "y" * 100000})))
        self.assertLess(len(json.dumps(reply)), 2000)
        self.assertNotIn("\x1b", reply["error"]["message"])

    def test_an_unknown_region_hides_no_other_error(self):
        client = self.client(self.daemon())
        reply = client.ask(envelope("decide", case=new_case("111222333", region="nowhere", fact={})))
        self.assertRefused(reply, "unknown_region", "/case/region")
        self.assertEqual(sorted(error["at"] for error in reply["error"]["all"]),
                         ["/case/case", "/case/fact", "/case/region"])

    def test_all_errors_at_once_with_suggestions(self):
        client = self.client(self.daemon())
        reply = client.ask(envelope("decide", case=new_case(), onn="2024-05-01", trase=True))
        self.assertRefused(reply, "invalid_request", "/onn")
        self.assertEqual([error["at"] for error in reply["error"]["all"]], ["/onn", "/trase"])
        self.assertIn("`on`", reply["error"]["all"][0]["message"])
        self.assertIn("`trace`", reply["error"]["all"][1]["message"])

    def test_unknown_verb_tells_what_there_is(self):
        message = self.client(self.daemon()).ask(envelope("erased"))["error"]["message"]
        for verb in ("decide", "record", "replay", "reload", "status", "covenants"):
            self.assertIn("`%s`" % verb, message)

    def test_a_verb_without_members(self):
        client = self.client(self.daemon())
        self.assertRefused(client.ask(envelope("status", case={})), "invalid_request", "/case")

    def test_what_takes_too_much_memory_costs_only_itself(self):
        events = [{"event": "urgency_requested", "on": "2024-03-01", "ref": "r%d" % i} for i in range(3000)]
        client = self.client(self.daemon())
        reply = client.ask(envelope("decide", case=new_case(events=events), on="2024-05-01", trace=True))
        self.assertIn("ok", reply)
        self.assertAnswered(client.ask(decide()))


class Functions(WireTest):
    def test_a_function_that_fails_or_loops_is_a_stated_unknown(self):
        client = self.client(self.daemon())
        case = new_case(region="lusdorp")
        eligibility = self.assertAnswered(client.ask(envelope("decide", case=case, on="2024-05-01")))["decision"]["eligibility"]
        self.assertEqual(eligibility["outcome"], "undetermined")
        self.assertEqual({reason["rule"]: reason["state"] for reason in eligibility["reasons"]},
                         {"E3": "failed", "E4": "failed"})
        reply = self.assertAnswered(client.ask(decide()))
        self.assertEqual(reply["decision"]["eligibility"]["outcome"], "eligible")


if __name__ == "__main__":
    unittest.main()
