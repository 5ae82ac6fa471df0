"""Every message that the tests send and get fits schemas/protocol.json: what the daemon answered `ok` was a request as
the schema has it, and each reply is one of its verb. The harness asks this of all its clients.

A validator that is written for clarity takes milliseconds a message. So it looks at each message for SECONDS of its own
in a process, and after that at those that have another shape (names and types, without the values) than any before.
"""
import json
import os
import threading
import time

import jsonschema

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SECONDS = 2


def load(name):
    with open(os.path.join(ROOT, "schemas", name + ".json"), encoding="utf-8") as file:
        return json.load(file)


PROTOCOL = load("protocol")
STORE = {"protocol.json": PROTOCOL, "case.json": load("case"), "decision.json": load("decision")}
# The closed sets of a covenant are those of its own vocabulary; these tests have regions of their own.
NOT_OF_EVERY_REGION = ("case.json",)


def shape(value, path=()):
    """Names and types, however many there are of each."""
    if isinstance(value, dict):
        return frozenset(part for name in value for part in shape(value[name], path + (name,))) or frozenset([path])
    if isinstance(value, list):
        return frozenset(part for item in value for part in shape(item, path + (0,))) or frozenset([path])
    return frozenset([path + (type(value).__name__,)])


def innermost(error):
    """An `anyOf` tells little by itself: its deepest part, and where."""
    while error.context:
        error = max(error.context, key=lambda inner: len(inner.absolute_path))
    return "/%s: %s" % ("/".join(map(str, error.absolute_path)), error.message[:300])


class Messages:
    def __init__(self):
        self.spent, self.seen, self.validators = 0.0, set(), {}
        self.lock = threading.Lock()  # a resolver of jsonschema keeps where it is: one thread at a time

    def problem(self, definition, message):
        """What is wrong with it; None when nothing is, or its like was looked at before."""
        with self.lock:
            return self.look(definition, message)

    def look(self, definition, message):
        begun = time.monotonic()
        like = (definition, shape(message))
        if self.spent > SECONDS and like in self.seen:
            return None
        self.seen.add(like)
        if definition not in PROTOCOL["definitions"]:
            return "schemas/protocol.json has no `%s`" % definition
        if definition not in self.validators:
            resolver = jsonschema.RefResolver("protocol.json", PROTOCOL, store=STORE)
            self.validators[definition] = jsonschema.Draft7Validator(
                {"$ref": "protocol.json#/definitions/" + definition}, resolver=resolver)
        errors = list(self.validators[definition].iter_errors(message))
        self.spent += time.monotonic() - begun
        return innermost(errors[0]) if errors else None


MESSAGES = Messages()


def check(request, reply):
    """Of an exchange; `request` is None where the test sent what is no object."""
    if not isinstance(reply, dict) or reply.get("ok") is not True:
        problem = MESSAGES.problem("reply_error", reply)
        assert problem is None, "a refusal does not fit schemas/protocol.json: %s\n%r" % (problem, reply)
        return
    verb = request["verb"]
    for definition, message in (("request_" + verb, request), ("reply_" + verb, reply)):
        problem = MESSAGES.problem(definition, message)
        assert problem is None, "`%s` does not fit schemas/protocol.json: %s\n%.2000r" % (definition, problem, message)
