"""A client of the covenant daemon, in one file; needs pyzmq (Debian: python3-zmq).

    from covenant_client import Covenant

    with Covenant() as covenant:
        answer = covenant.decide({"case": "alm-2022-0017", "region": "almere",
                                  "facts": {"origin": "sheltered_living"}}, on="2022-09-26")
        print(answer["decision"]["eligibility"]["outcome"], answer["record"]["id"])

No reply, `busy` and `unavailable` all mean: send it again with the same id. That is what this client does (the Lazy
Pirate pattern: a fresh socket for each try), so a decision that was recorded before the reply got lost is not recorded
twice. A client object belongs to one thread.

What writes is answered with a receipt, and without a good one this client refuses the answer (`Unproven`): that is what
makes an unlogged decision visible. With `vkey`, one of those that the daemon printed at its first start, the signature
is checked too (by the command `openssl`); without, hashes only, and `covenant.anchored` is False.
"""
import base64
import datetime
import decimal
import hashlib
import json
import os
import pathlib
import re
import subprocess
import tempfile
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


class Unproven(CovenantError):
    """The answer is not borne out by its receipt, so there is no telling whether it is recorded; `answer` has it."""

    def __init__(self, problem, request, answer):
        super().__init__(f"the answer is refused: {problem} (request {request})")
        self.problem, self.request, self.answer = problem, request, answer


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


# Verbs whose answers are recorded: the member that is, and the kind of the record.
RECORDED = {"confirm": ("confirm", "confirmation"), "decide": ("decision", "decision"), "erase": ("erase", "erasure"),
            "hold": ("hold", "hold"), "reload": ("reload", "edition")}
ED25519_DER = bytes.fromhex("302a300506032b6570032100")  # what stands before the 32 bytes of a public key


def _need(good, problem):
    if not good:
        raise ValueError(problem)


def _bytes(text, what):
    try:
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError):
        raise ValueError(f"its {what} is no Base64") from None


def _sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def canonical(value):
    """The bytes that a value is recorded as: members in order, no white space."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _public_key(vkey):
    """Of `NAME+HEX OF THE KEY ID+BASE64 OF TYPE AND PUBLIC KEY`; a daemon signs all its logs with one key."""
    name, number, key = vkey.split("+", 2)
    key = base64.b64decode(key, validate=True)
    if len(key) != 33 or key[0] != 1 or _sha(name.encode(), b"\n", key)[:4].hex() != number:
        raise ValueError(f"`{vkey}` is no vkey of an Ed25519 key")
    return key[1:]


def _root(leaf, index, size, path):
    """RFC 9162, 2.1.3.2: the root that the path leads to."""
    _need(0 <= index < size, "its proof is of no record of that tree")
    number, last, root = index, size - 1, _sha(b"\0", leaf)
    for node in path:
        _need(last, "its proof is too long")
        if number & 1 or number == last:
            root = _sha(b"\1", node, root)
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            root = _sha(b"\1", root, node)
        number, last = number >> 1, last >> 1
    _need(last == 0, "its proof is too short")
    return root


def _signed(note, log, keys):
    """Is this note signed by one of the keys, under the name of its log?"""
    text, _, lines = note.rpartition("\n\n")
    for key in keys:
        number = _sha(log.encode(), b"\n\x01", key)[:4]
        for line in lines.rstrip("\n").split("\n"):
            dash, name, signature = line.split(" ")
            signature = _bytes(signature, "signature")
            if (dash, name, signature[:4]) != ("\u2014", log, number):
                continue
            with tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder)
                (path / "key").write_bytes(ED25519_DER + key)
                (path / "text").write_bytes((text + "\n").encode())
                (path / "signature").write_bytes(signature[4:])
                command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", path / "key",
                           "-rawin", "-in", path / "text", "-sigfile", path / "signature"]
                good = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
            _need(good, "the signature of its head is forged")
            return True
    return False


def check_place(record, keys=()):
    """That leaf and proof of {id, log, index, leaf, proof} bear each other out; the leaf. ValueError says why not."""
    _need(record.get("leaf") and record.get("proof"), "it carries no receipt: there is no telling whether it is recorded")
    leaf = _bytes(record["leaf"], "leaf")
    said = json.loads(leaf)
    _need(canonical(said) == leaf, "its leaf is not canonical JSON")
    _need((said["id"], said["log"]) == (record["id"], record["log"]), "its leaf is of another record")
    head, _, note = record["proof"].partition("\n\n")
    lines = [line for line in head.split("\n") if not line.startswith("extra ")]
    _need(lines[0] == "c2sp.org/tlog-proof@v1" and re.fullmatch(r"index (0|[1-9][0-9]*)", lines[1] if lines[1:] else ""),
          "its proof is no proof")
    index, path = int(lines[1][6:]), [_bytes(line, "proof") for line in lines[2:]]
    checkpoint = re.fullmatch(r"(.+)\n(0|[1-9][0-9]*)\n(\S+)\n(?:.*\n)*?\n(?:\u2014 \S+ \S+\n)+", note)
    _need(checkpoint, "the head in its proof is no head")
    log, size, root = checkpoint.group(1), int(checkpoint.group(2)), _bytes(checkpoint.group(3), "root")
    _need(log == record["log"] and index == record["index"], "its proof is of another record")
    _need(_root(leaf, index, size, path) == root, "its proof leads to another root: the leaf is not in that log")
    _need(not keys or _signed(note, log, keys), "its head is signed by none of the keys that were given")
    return said


def check_receipt(request, reply, keys=()):
    """That an answer is the one that was recorded, of what was asked. ValueError says why not."""
    name, kind = RECORDED[request["verb"]]
    answer, record = reply.get(name), reply.get("record")
    _need(isinstance(answer, dict) and isinstance(record, dict), "it does not answer what was asked")
    leaf = check_place(record, keys)
    _need(leaf["kind"] == kind, f"its leaf is of a record of kind `{leaf['kind']}`, expected `{kind}`")
    _need(record.get("opening"), "it carries no opening: there is no telling what was recorded")
    digest = _sha(_bytes(record["opening"], "opening"), canonical(answer)).hex()
    _need(leaf.get("answer") == "sha256:" + digest, "its leaf speaks of another answer than this one")
    for asked in (request, request.get("case")):
        for member, value in asked.items() if isinstance(asked, dict) else ():
            told = answer.get(member, value)
            _need(told == value or not isinstance(told, str) or not isinstance(value, str),
                  f"`{member}` is `{told}` in it, and `{value}` was asked")


class Covenant:
    """A connection to a daemon. `timeout` is for one try, in seconds; there are `tries` of them. `vkey` is one of the
    daemon's, or a list: then the signature of every receipt is checked."""

    def __init__(self, endpoint=ENDPOINT, timeout=2.5, tries=3, vkey=None):
        self.endpoint, self.timeout, self.tries = endpoint, timeout, tries
        vkey = vkey or os.environ.get("COVENANT_VKEY", "").replace(",", " ").split()
        self._keys = [_public_key(one) for one in ([vkey] if isinstance(vkey, str) else vkey)]
        self._context = zmq.Context()
        self._socket = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._disconnect()
        self._context.term()

    @property
    def anchored(self):
        """Are signatures checked? Without a vkey a daemon that lies from beginning to end is not found out."""
        return bool(self._keys)

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
                time.sleep(0.1 * 2 ** min(attempt, 4))
            reply = self._try(frame, body["request"], timeout)
            if reply and not (reply["ok"] is False and reply["error"]["code"] in RETRY):
                break
        if reply is None:
            raise NoAnswer(self.endpoint, timeout * tries, body["request"])
        if not reply["ok"]:
            raise Refused(reply["error"], body["request"])
        if verb in RECORDED and not body.get("dry_run"):
            try:
                check_receipt(json.loads(frame), reply, self._keys)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise Unproven(str(error), body["request"], reply) from error
        return reply

    def decide(self, case, on=None, questions=None, trace=None, flip=None, for_=None, replaces=None, request=None):
        """Decides a case and records it: {"decision": ..., "record": {"id", "log", "index", "leaf", "proof", "opening"}}."""
        return self.ask("decide", request, case=case, on=on, questions=questions, trace=trace, flip=flip, for_=for_,
                        replaces=replaces)

    def confirm(self, decision, by, follows=True, reason=None, request=None):
        """A named human follows the advice of a decision, or deviates from it and says why."""
        return self.ask("confirm", request, decision=decision, by=by, outcome="follows" if follows else "deviates",
                        reason=reason)

    def hold(self, case, region, ground, release=None, request=None):
        """A case may not be erased, for a ground (objection, appeal, archive); `release` ends that."""
        return self.ask("hold", request, case=case, region=region, ground=ground, release=release)

    def erase(self, case, region, ground, order=None, dry_run=None, request=None):
        """Makes all that is recorded of a case unreadable, for good.

        The daemon begins anew soon after it answers, so that no memory holds the case: what is on its way then gets no
        reply, and is sent again. So the tries are short, and many.
        """
        wait = 0.5
        members = {"case": case, "region": region, "ground": ground, "order": order, "dry_run": dry_run}
        return self._ask("erase", request, wait, max(self.tries, int(self.timeout * self.tries / wait)), members)

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
