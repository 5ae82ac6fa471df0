#!/usr/bin/python3
"""A daemon that answers as it is told: for what the real one cannot be made to do at will (be busy, answer nonsense,
say nothing at first), and for decisions with every member there is. Prints `serving ENDPOINT` as the real one does.

    tests/wire/fake_daemon.py BEHAVIOUR [DECISION.json]

    with Fake("busy") as endpoint: ...

Its answers carry receipts that are good, unless the behaviour is `lie_...`: then one thing about them is not.
"""
import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile

import zmq

HERE = os.path.dirname(os.path.abspath(__file__))
ID = "01993f0f-8a1e-7c3b-9d55-0a4e6f1b2c3d"


class Fake:
    """A fake daemon of one behaviour, for the length of a `with`."""

    def __init__(self, behaviour, *arguments):
        self.arguments = [sys.executable, os.path.abspath(__file__), behaviour, *arguments]

    def __enter__(self):
        self.process = subprocess.Popen(self.arguments, stdout=subprocess.PIPE, text=True)
        return self.process.stdout.readline().split()[1]

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def refused(code, message, at=None, **more):
    error = {"code": code, "message": message}
    if at is not None:
        error["at"] = at
    error.update(more)
    return {"ok": False, "error": error}


# ---- receipts: a log of 43 leaves, in which the one of the answer has index 41 ----

LOG, INDEX, SIZE = "almere/2026", 41, 43
SEED = bytes(range(32))


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def base(data):
    return base64.b64encode(data).decode()


def root(hashes):
    """RFC 6962, 2.1."""
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return sha(b"\1", root(hashes[:split]), root(hashes[split:]))


def path(index, hashes):
    """RFC 6962, 2.1.1."""
    if len(hashes) == 1:
        return []
    split = 1 << (len(hashes) - 1).bit_length() - 1
    if index < split:
        return path(index, hashes[:split]) + [root(hashes[split:])]
    return path(index - split, hashes[split:]) + [root(hashes[:split])]


def openssl(*arguments, text=b"", seed=SEED):
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("key", bytes.fromhex("302e020100300506032b657004220420") + seed), ("text", text)):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)
        how = ["-keyform", "DER", "-inkey", "key"] if arguments[0] == "pkeyutl" else ["-inform", "DER", "-in", "key"]
        return subprocess.run(["openssl", *arguments, *how], cwd=folder, check=True, capture_output=True).stdout


def vkey(log=LOG, seed=SEED):
    """What the fake daemon's receipts are verified with."""
    key = b"\1" + openssl("pkey", "-pubout", "-outform", "DER", seed=seed)[-32:]
    return "%s+%s+%s" % (log, sha(log.encode(), b"\n", key)[:4].hex(), base(key))


def receipt(kind, answered, lie=""):
    opening = sha(b"opening")
    leaf = {"v": 1, "kind": "hold" if lie == "kind" else kind, "id": ID[:-1] + "e" if lie == "leaf_id" else ID,
            "log": "arnhem/2026" if lie == "leaf_log" else LOG, "time": "2026-01-31T12:00:00+01:00", "client": "local",
            "edition": "sha256:" + "0" * 64, "contents": "sha256:" + "1" * 64, "sealed": "sha256:" + "2" * 64,
            "answer": "sha256:" + sha(opening, canonical(answered)).hex()}
    if lie == "no_answer":
        del leaf["answer"]
    leaf = canonical(leaf)
    if lie == "leaf_form":
        leaf = leaf.replace(b",", b", ")
    hashes = [sha(b"\0", b"%d" % i) for i in range(SIZE)]
    if lie != "not_in_log":
        hashes[INDEX] = sha(b"\0", leaf)
    nodes = path(INDEX, hashes)
    if lie == "path":
        nodes[1] = sha(nodes[1])
    log = "arnhem/2026" if lie == "head_log" else LOG
    text = "%s\n%d\n%s\n" % (log, SIZE, base(root(hashes)))
    seed = bytes(32) if lie == "other_key" else SEED
    number = bytes.fromhex(vkey(log, SEED if lie == "forged" else seed).split("+")[1])
    signature = openssl("pkeyutl", "-sign", "-rawin", "-in", "text", text=text.encode(), seed=seed)
    if lie == "forged":
        signature = bytes(64)
    note = text + "\n\u2014 %s %s\n" % (log, base(number + signature))
    if lie == "unsigned":
        note = text + "\n"
    lines = ["c2sp.org/tlog-proof@v1", "index %d" % INDEX, *map(base, nodes)]
    record = {"id": ID, "log": LOG, "index": INDEX - (lie == "index"), "leaf": base(leaf),
              "proof": "\n".join(lines) + "\n\n" + note,
              "opening": base(sha(b"another") if lie == "opening" else opening)}
    for member in ("leaf", "proof", "opening"):
        if lie in ("no_" + member, "no_receipt"):
            del record[member]
    if lie == "proof":
        record["proof"] = "c2sp.org/tlog-proof@v1\n"
    return record


# One thing that is wrong with a receipt, and what clients say of it.
LIES = {
    "no_receipt": "no receipt", "no_leaf": "no receipt", "no_proof": "no receipt", "no_opening": "no opening",
    "no_answer": "another answer", "opening": "another answer", "altered": "another answer",
    "leaf_form": "not canonical JSON", "leaf_id": "of another record|speaks of record", "leaf_log": "of another record|speaks of record",
    "kind": "of a record of kind `hold`", "index": "of another (record|index)", "head_log": "of another record|is of log `arnhem/2026`",
    "path": "another root", "not_in_log": "another root", "proof": "no proof", "unsigned": "no head",
    "another_case": "`case` is `alm-2022-0018` in it, and `alm-2022-0017` was asked",
}
# What only a key can tell.
LIES_OF_KEYS = {"other_key": "signed by none of the keys", "forged": "forged"}


def recorded(verb, request, decision, lie=""):
    answered = decision
    if verb in ("confirm", "hold", "erase"):
        answered = {name: request[name] for name in ("decision", "by", "outcome", "reason", "ground", "order") if name in request}
    if verb == "hold":
        answered["held"] = not request.get("release")
    if verb == "erase":
        answered["records"] = [{"log": LOG, "index": 7}]
        if request.get("dry_run"):
            return {"ok": True, "erase": dict(answered, dry_run=True)}
    if verb == "decide":  # what was asked comes back
        answered = dict(decision, **{name: request["case"][name] for name in ("case", "region") if name in request["case"]})
        if lie == "another_case":
            answered["case"] = "alm-2022-0018"
    kind = {"decide": "decision", "confirm": "confirmation", "erase": "erasure", "hold": "hold"}[verb]
    record = receipt(kind, answered, lie)
    if lie == "altered":
        answered = dict(answered, altered=True)
    return {"ok": True, "decision" if verb == "decide" else verb: answered, "record": record}


def answer(request, decision):
    verb = request.get("verb")
    record = {"id": ID, "log": LOG, "index": INDEX}
    if verb in ("decide", "confirm", "hold", "erase"):
        return recorded(verb, request, decision)
    if verb == "simulate":
        return {"ok": True, "decision": decision}
    if verb == "record":
        return {"ok": True, "record": dict(record, kind="decision", time="2026-01-31T12:00:00+01:00", client="local",
                                           edition="sha256:" + "0" * 64, request={"verb": "decide"}, decision=decision)}
    if verb == "replay" and "region" in request:
        start = request.get("from", 0)
        page = {"identical": 2, "different": 0, "erased": 1}
        if start < 4:
            page["next"] = start + 2
        return {"ok": True, "replay": page}
    if verb == "checkpoint":
        return {"ok": True, "checkpoint": {"log": LOG, "vkey": vkey(), "note": receipt("decision", {})["proof"].split("\n\n", 1)[1]}}
    if verb == "replay":
        return {"ok": True, "replay": {"outcome": "identical"}}
    if verb == "status":
        return {"ok": True, "status": {"ready": True, "reasons": [], "version": "0.1.0", "uptime_s": 12,
                                       "vkeys": [vkey()]}}
    return {"ok": True, verb: {"echo": request}}


def behave(behaviour, request, decision, seen):
    """The reply, or None for none."""
    if behaviour == "normal" or (behaviour.startswith("lie_") and request["verb"] != "decide"):
        return answer(request, decision)
    if behaviour == "different" and request["verb"] == "replay" and "region" in request:
        page = answer(request, decision)
        if request["from"] == 2:
            page["replay"].update(different=1, differences=[{"id": ID, "log": LOG, "index": 3, "because": "engine",
                                                             "at": "/eligibility/outcome"}])
        return page
    if behaviour == "different" and request["verb"] != "replay":
        return answer(request, decision)
    if behaviour == "different":
        return {"ok": True, "replay": {"outcome": "different", "at": "/eligibility/outcome", "recorded": "eligible",
                                       "replayed": "not_eligible", "because": "rules"}}
    if behaviour.startswith("lie_") and request["verb"] == "decide":
        return recorded(request["verb"], request, decision, behaviour[4:])
    if behaviour == "record_elsewhere" and request["verb"] != "record":
        return answer(request, decision)
    if behaviour == "record_elsewhere":
        whole = answer(request, decision)
        whole["record"].update(receipt("decision", decision, "not_in_log"))
        return whole
    if behaviour == "silent":
        return None
    if behaviour == "silent_once":
        return answer(request, decision) if seen > 1 else None
    if behaviour == "busy_twice":
        return answer(request, decision) if seen > 2 else refused("busy", "512 requests of yours are under way")
    if behaviour == "busy":
        return refused("busy", "512 requests of yours are under way")
    if behaviour == "unavailable":
        return refused("unavailable", "the disk is full: nothing is recorded, so nothing is decided")
    if behaviour == "internal":
        return refused("internal", "the worker ended")
    if behaviour == "invalid_case":
        first = {"code": "invalid_case", "message": "unknown fact `ago`, did you mean `age`?", "at": "/case/facts/ago"}
        second = {"code": "invalid_case", "message": "`2022-02-30` is no date", "at": "/case/events/1/on"}
        third = {"code": "invalid_request", "message": "expected a role", "at": "/for"}
        return {"ok": False, "error": dict(first, all=[first, second, third])}
    raise SystemExit("no such behaviour: " + behaviour)


def main():
    behaviour = sys.argv[1]
    path = sys.argv[2] if len(sys.argv) > 2 else os.path.join(HERE, "decisions", "refused.json")
    with open(path, encoding="utf-8") as file:
        decision = json.load(file)
    router = zmq.Context().socket(zmq.ROUTER)
    port = router.bind_to_random_port("tcp://127.0.0.1")
    print("serving tcp://127.0.0.1:%d" % port, flush=True)
    seen, ids = 0, set()
    while True:
        peer, *empty, body = router.recv_multipart()
        seen += 1
        if behaviour == "nonsense":
            router.send_multipart([peer, *empty, b"not json"])
            continue
        request = json.loads(body)
        ids.add(request["request"])
        if len(ids) > 1 and behaviour in ("silent_once", "busy_twice"):
            raise SystemExit("another id for the same request")
        reply = behave(behaviour, request, decision, seen)
        if reply is None:
            continue
        reply.update(protocol=1, request=request["request"])
        text = json.dumps(reply, ensure_ascii=False, sort_keys=True)
        router.send_multipart([peer, *empty, text.encode()])


if __name__ == "__main__":
    main()
