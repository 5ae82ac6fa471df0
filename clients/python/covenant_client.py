"""A client of the covenant daemon, in one file; needs pyzmq (Debian: python3-zmq).

    from covenant_client import Covenant

    with Covenant() as covenant:
        answer = covenant.decide({"case": "alm-2022-0017", "region": "almere",
                                  "facts": {"origin": "sheltered_living"}}, on="2022-09-26")
        print(answer["decision"]["eligibility"]["outcome"], answer["record"]["id"])

No reply, `busy` and `unavailable` all mean: send it again with the same id. That is what this client does (the Lazy
Pirate pattern: a fresh socket for each try), so a decision that was recorded before the reply got lost is not recorded
twice. A client object belongs to one thread.
"""
import datetime
import decimal
import json
import os
import threading
import time

import zmq

ENDPOINT = "tcp://127.0.0.1:5740"
RETRY = ("busy", "unavailable")


class CovenantError(Exception):
    """What all errors of this module are."""


class NoAnswer(CovenantError):
    """Nobody answered in time. Whether the request was recorded is not known: asking again with `request` tells."""

    def __init__(self, endpoint, seconds, request):
        super().__init__(f"no daemon answers on {endpoint} within {seconds:g} s (request {request})")
        self.endpoint, self.request = endpoint, request


class Refused(CovenantError):
    """The daemon refused the request: `code`, `message`, `at` (a JSON Pointer into it) and `all` errors."""

    def __init__(self, error, request):
        where = f" at {error['at']}" if error.get("at") else ""
        super().__init__(f"{error['code']}: {error['message']}{where}")
        self.code, self.message = error["code"], error["message"]
        self.at = error.get("at")
        self.all = error.get("all", [error])
        self.request = request


_last = [0]
_lock = threading.Lock()


def uuid7():
    """A UUIDv7 (RFC 9562); one made later in this process sorts later."""
    with _lock:
        # 48 bits of milliseconds and 12 bits that count within one: together they only rise
        _last[0] = max(_last[0] + 1, time.time_ns() // 1_000_000 << 12)
        stamp = _last[0]
    random = int.from_bytes(os.urandom(8), "big") & (1 << 62) - 1
    value = (stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0b10 << 62 | random
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _plain(value):
    """Dates as text, amounts as text: binary floating point is no money."""
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return str(value)
    raise TypeError(f"cannot send a {type(value).__name__}")


class Covenant:
    """A connection to a daemon. `timeout` is for one try, in seconds; there are `tries` of them."""

    def __init__(self, endpoint=ENDPOINT, timeout=2.5, tries=3):
        self.endpoint, self.timeout, self.tries = endpoint, timeout, tries
        self._context = zmq.Context()
        self._socket = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._disconnect()
        self._context.term()

    def ask(self, verb, request=None, **members):
        """Any verb: the whole reply. Members that are None are left out; `for_` stands for `for`."""
        return self._ask(verb, request, self.timeout, self.tries, members)

    def _ask(self, verb, request, timeout, tries, members):
        body = {"protocol": 1, "request": request or uuid7(), "verb": verb}
        body.update((name.rstrip("_"), value) for name, value in members.items() if value is not None)
        frame = json.dumps(body, default=_plain, ensure_ascii=False, allow_nan=False).encode()
        reply = None
        for attempt in range(tries):
            if attempt and reply:  # it said busy: give it time, more each time
                time.sleep(0.1 * 2 ** attempt)
            reply = self._try(frame, body["request"], timeout)
            if reply and not (reply["ok"] is False and reply["error"]["code"] in RETRY):
                break
        if reply is None:
            raise NoAnswer(self.endpoint, timeout * tries, body["request"])
        if not reply["ok"]:
            raise Refused(reply["error"], body["request"])
        return reply

    def decide(self, case, on=None, questions=None, trace=None, flip=None, for_=None, replaces=None, request=None):
        """Decides a case and records it: {"decision": ..., "record": {"id", "log", "index"}}."""
        return self.ask("decide", request, case=case, on=on, questions=questions, trace=trace, flip=flip, for_=for_,
                        replaces=replaces)

    def simulate(self, case, rules=None, on=None, questions=None, trace=None, flip=None, for_=None):
        """Decides under loaded or sent rule files ({path: text}); nothing is recorded."""
        return self.ask("simulate", case=case, rules=rules, on=on, questions=questions, trace=trace, flip=flip,
                        for_=for_)["decision"]

    def record(self, decision):
        """One record whole, by the id in an answer's `record`."""
        return self.ask("record", decision=decision)["record"]

    def replay(self, decision):
        """Decides a record again: {"outcome": "identical"}, or where it differs."""
        return self.ask("replay", decision=decision)["replay"]

    def covenants(self, region=None, on=None):
        return self.ask("covenants", region=region, on=on)["covenants"]

    def vocabulary(self, region, on=None):
        return self.ask("vocabulary", region=region, on=on)["vocabulary"]

    def history(self, case=None, region=None, limit=100):
        """The records of a case or a region, one after another, page by page."""
        after = None
        while True:
            page = self.ask("history", case=case, region=region, limit=limit, after=after)["history"]
            yield from page["records"]
            after = page.get("next")
            if after is None:
                return

    def hold(self, case, region, ground, release=None, request=None):
        """Forbids that a case is erased, for `objection`, `appeal` or `archive`; or releases it."""
        return self.ask("hold", request, case=case, region=region, ground=ground, release=release)["hold"]

    def erase(self, case, region, ground, order=None, dry_run=None, request=None):
        """Makes all that is recorded of a case unreadable, for good: {"records", "ground", ...}.

        The daemon begins anew before it answers, so that its memory does not hold the case: the first try is never
        answered, and a later one is. So the tries are short, and many.
        """
        wait = 0.5
        members = {"case": case, "region": region, "ground": ground, "order": order, "dry_run": dry_run}
        tries = max(self.tries, int(self.timeout * self.tries / wait))
        return self._ask("erase", request, wait, tries, members)["erase"]

    def status(self):
        return self.ask("status")["status"]

    def _disconnect(self):
        if self._socket is not None:
            self._socket.close(linger=0)
            self._socket = None

    def _try(self, frame, request, timeout):
        """One try: the reply, or None. A REQ socket that waits in vain cannot be used again: it is thrown away."""
        if self._socket is None:
            self._socket = self._context.socket(zmq.REQ)
            self._socket.setsockopt(zmq.IPV6, int("[" in self.endpoint))
            self._socket.connect(self.endpoint)
        self._socket.send(frame)
        if self._socket.poll(int(timeout * 1000)):
            reply = json.loads(self._socket.recv())
            if reply.get("request") in (request, None):
                return reply
        self._disconnect()
        return None
