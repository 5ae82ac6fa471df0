#!/usr/bin/python3
"""A daemon that answers as it is told: for what the real one cannot be made to do at will (be busy, answer nonsense,
say nothing at first), and for decisions with every member there is. Prints `serving ENDPOINT` as the real one does.

    tests/wire/fake_daemon.py BEHAVIOUR [DECISION.json]

    with Fake("busy") as endpoint: ...
"""
import json
import os
import subprocess
import sys

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


def answer(request, decision):
    verb = request.get("verb")
    record = {"id": ID, "log": "almere/2026", "index": 41}
    if verb in ("decide", "simulate"):
        return {"ok": True, "decision": decision, "record": record}
    if verb == "record":
        return {"ok": True, "record": dict(record, kind="decision", time="2026-01-31T12:00:00+01:00", client="local",
                                           edition="sha256:" + "0" * 64, request={"verb": "decide"}, decision=decision)}
    if verb == "replay" and "region" in request:
        start = request.get("from", 0)
        page = {"identical": 2, "different": 0, "erased": 1}
        if start < 4:
            page["next"] = start + 2
        return {"ok": True, "replay": page}
    if verb == "replay":
        return {"ok": True, "replay": {"outcome": "identical"}}
    if verb == "status":
        return {"ok": True, "status": {"ready": True, "reasons": [], "version": "0.1.0", "uptime_s": 12}}
    return {"ok": True, verb: {"echo": request}}


def behave(behaviour, request, decision, seen):
    """The reply, or None for none."""
    if behaviour == "normal":
        return answer(request, decision)
    if behaviour == "different":
        return {"ok": True, "replay": {"outcome": "different", "at": "/eligibility/outcome", "recorded": "eligible",
                                       "replayed": "not_eligible", "because": "rules"}}
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
