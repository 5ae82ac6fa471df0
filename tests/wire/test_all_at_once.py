"""All that is wrong with a request is told at once, each at its place, whatever part of it comes first."""

import json

from harness import WireTest, envelope, new_case


def decide(**members):
    return envelope("decide", **{"case": new_case(), "on": "2024-05-01", **members})


class AllAtOnce(WireTest):
    def setUp(self):
        self.asks = self.client(self.daemon())

    def places(self, message):
        reply = self.asks.ask(message)
        self.assertIs(reply["ok"], False, reply)
        self.assertEqual(reply["request"], json.loads(message)["request"] if isinstance(message, bytes) else message["request"])
        every = reply["error"]["all"]
        self.assertEqual({name: every[0][name] for name in ("code", "message", "at")},
                         {name: reply["error"][name] for name in ("code", "message", "at")})
        return [(error["code"], error["at"]) for error in every]

    def test_of_the_request_and_of_its_case(self):
        case = new_case(facts={"orgin": "shelter"}, events=[{"event": "urgency_requested", "on": "2024-02-30"}])
        for verb in ("decide", "simulate"):
            found = self.places(envelope(verb, case=case, on="2024-13-01", when="now", questions=["eligibilty"]))
            self.assertEqual(found[:2], [("invalid_request", "/on"), ("invalid_request", "/when")])
            self.assertEqual(set(found[2:]), {("invalid_case", "/case/facts/orgin"), ("invalid_case", "/case/events/0/on"),
                                              ("invalid_request", "/questions/0")})

    def test_once_each(self):
        for message in (decide(on=None), decide(questions=None, trace=None), envelope("decide", on="x"),
                        envelope("decide", case=[], on="x"), decide(when=1, trace="yes")):
            found = self.places(message)
            self.assertEqual(len(found), len(set(found)), found)

    def test_numbers_of_any_size(self):
        """A whole number that is too large for us is JSON all the same, and has a place."""
        large = b"99999999999999999999"
        def with_large(message, mark):
            return json.dumps(message).encode().replace(json.dumps(mark).encode(), large)
        self.assertEqual(self.places(with_large(decide(on="MARK"), "MARK")), [("invalid_request", "/on")])
        self.assertEqual(self.places(with_large(envelope("history", region="veldstad", limit="MARK"), "MARK")),
                         [("invalid_request", "/limit")])
        case = new_case(facts={"origin": "MARK"})
        self.assertEqual(self.places(with_large(envelope("decide", case=case), "MARK")), [("invalid_case", "/case/facts/origin")])
        self.assertEqual(self.places(with_large({**decide(), "protocol": "MARK"}, "MARK")), [("unsupported_protocol", "/protocol")])
