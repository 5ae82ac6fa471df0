"""schemas/protocol.json has the verbs and members of the daemon's own table, no more and no less, and says of each what
the table says: asked of the daemon itself, which names them where a request is wrong."""

import re

import schema
from harness import WireTest, envelope, new_case

DEFINITIONS = schema.PROTOCOL["definitions"]
ENVELOPE = {"protocol", "request", "verb"}
NOBODY = "qqqqqqqqqqqqqqqqqqqq"  # near to no name, so that all names are told


def names(message):
    return re.findall(r"`([^`]+)`", message)


class Table(WireTest):
    def setUp(self):
        self.asks = self.client(self.daemon(arguments=("--local-roles", "all")))

    def errors(self, verb, **members):
        reply = self.asks.ask(envelope(verb, **members))
        self.assertIs(reply["ok"], False, reply)
        return reply["error"].get("all", [reply["error"]])

    def verbs(self):
        found = names(self.errors(NOBODY)[0]["message"])
        self.assertEqual(found[0], NOBODY)
        return found[1:]

    def test_the_verbs(self):
        verbs = set(self.verbs())
        for kind in ("request", "reply"):
            listed = {ref["$ref"].rsplit("/", 1)[1] for key in ("oneOf", "anyOf") for ref in DEFINITIONS[kind].get(key, [])}
            listed -= {"reply_error"}
            self.assertEqual(listed, {f"{kind}_{verb}" for verb in verbs})
            defined = {name for name in DEFINITIONS if name.startswith(kind + "_")} - {"reply_error"}
            self.assertEqual(listed, defined)

    def test_the_members(self):
        for verb in self.verbs():
            wrong = self.errors(verb, **{NOBODY: 1})
            unknown = [error["message"] for error in wrong if error["at"] == "/" + NOBODY]
            taken = set(names(unknown[0].partition("expected")[2])) if "expected none" not in unknown[0] else set()
            needed = {names(error["message"])[0] for error in wrong if error["message"].startswith("found no `")}
            request = DEFINITIONS["request_" + verb]
            self.assertEqual(set(request["properties"]) - ENVELOPE, taken, verb)
            self.assertEqual(set(request["required"]) - ENVELOPE, needed, verb)
            self.assertEqual(request["properties"]["verb"]["const"], verb)

    def test_the_types(self):
        """A type that the schema refuses, the daemon refuses too, at that member."""
        for verb in self.verbs():
            for member, said in DEFINITIONS["request_" + verb]["properties"].items():
                if member in ENVELOPE:
                    continue
                for value in ([], 1.5, -1):
                    members = {**self.whole(verb), member: value}
                    if schema.MESSAGES.problem("request_" + verb, envelope(verb, **members)):
                        found = [error["at"] for error in self.errors(verb, **members)]
                        self.assertTrue(any(at == f"/{member}" or at.startswith(f"/{member}/") for at in found),
                                        (verb, member, value, found))

    def whole(self, verb):
        """What a request of that verb needs, as its examples have it."""
        request = DEFINITIONS["request_" + verb]
        whole = {name: request["properties"][name]["examples"][0] for name in set(request["required"]) - ENVELOPE}
        return {**whole, "case": new_case()} if verb in ("decide", "simulate") else whole

    def test_the_codes(self):
        codes = set(DEFINITIONS["error"]["properties"]["code"]["enum"])
        with open(schema.ROOT + "/daemon/base/refusal.c", encoding="utf-8") as file:
            table = set(re.findall(r'\[ERROR_\w+\] = "(\w+)"', file.read()))
        self.assertEqual(codes, table)
