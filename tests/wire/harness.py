"""What the tests of serving share: a daemon of one's own in a folder of one's own, and a client that speaks frames.

Each test starts its own daemon on a free port, so any number of them may run side by side. The daemon is
covenantd in the folder that BUILD names, or build.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import uuid

import zmq

import schema

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("BUILD") or os.path.join(ROOT, "build")
COVENANTD = os.path.join(BUILD, "covenantd")
RULES = os.path.join(HERE, "rules")
SECONDS = 30  # how long to wait for what must come; generous, because the machine may be busy


def new_case(name="veld-1", **members):
    case = {"case": name, "region": "veldstad",
            "facts": {"origin": "shelter", "agreements_accepted": True},
            "events": [{"event": "urgency_requested", "on": "2024-03-01"}]}
    case.update(members)
    return case


def envelope(verb, **members):
    return {"protocol": 1, "request": str(uuid.uuid4()), "verb": verb, **members}


def decide(name="veld-1", **members):
    return envelope("decide", case=new_case(name), on="2024-05-01", **members)


class Client:
    """One socket. `kind` is zmq.REQ or zmq.DEALER; a DEALER sends the empty frame only when `delimiter` is set."""

    def __init__(self, endpoint, kind=zmq.DEALER, delimiter=False):
        self.context = zmq.Context()
        self.socket = self.context.socket(kind)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.setsockopt(zmq.SNDHWM, 0)
        self.socket.setsockopt(zmq.RCVHWM, 0)
        self.delimiter, self.endpoint = delimiter, endpoint
        self.asked = {}  # what was sent, by its id, for the schema
        self.socket.connect(endpoint)

    def close(self):
        self.socket.close()
        self.context.term()

    def send_frames(self, *frames):
        with contextlib.suppress(ValueError, AttributeError, TypeError, RecursionError):
            request = json.loads(frames[-1])
            self.asked[request.get("request")] = request
        self.socket.send_multipart(list(frames))

    def send(self, message):
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        self.send_frames(*([b"", body] if self.delimiter else [body]))

    def receive_frames(self, seconds=SECONDS):
        if not self.socket.poll(int(seconds * 1000)):
            raise TimeoutError("no reply within %s seconds" % seconds)
        return self.socket.recv_multipart()

    def receive(self, seconds=SECONDS):
        frames = self.receive_frames(seconds)
        if self.delimiter:
            assert frames[0] == b"", frames
            frames = frames[1:]
        assert len(frames) == 1, frames
        reply = json.loads(frames[0])
        schema.check(self.asked.get(reply["request"]), reply)
        return reply

    def ask(self, message, seconds=SECONDS):
        if isinstance(message, dict) and message.get("verb") == "erase":
            reply = self.ask_again(message, seconds)
            self.replaced(seconds)
            return reply
        self.send(message)
        return self.receive(seconds)

    def replaced(self, seconds=SECONDS):
        """Waits until a daemon that erased something serves anew."""
        end = time.monotonic() + seconds
        while not self.ask_again(envelope("status"), seconds)["status"]["ready"]:
            assert time.monotonic() < end, "not ready within %s seconds" % seconds
            time.sleep(0.1)

    def ask_again(self, message, seconds=SECONDS):
        """What clients do when no reply comes: the same request again."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            once = Client(self.endpoint)
            try:
                once.send(message)
                return once.receive(0.3)
            except TimeoutError:
                pass
            finally:
                once.close()
        raise TimeoutError("no reply within %s seconds" % seconds)


class Daemon:
    """A running covenantd. `stop` ends it with SIGTERM and gives its exit code; `kill` ends it with SIGKILL."""

    def __init__(self, data, rules=RULES, bind="tcp://127.0.0.1:*", arguments=(), serves=True, environment=None,
                 program=(COVENANTD,), **options):
        command = [*program, "--rules", rules, "--data", data, "--bind", bind, *arguments]
        self.errors = tempfile.TemporaryFile(mode="w+")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.errors, text=True,
                                        **{"env": {**os.environ, **(environment or {})}, **options})
        self.endpoint = None
        if serves:
            line = self.process.stdout.readline()
            if not line.startswith("serving "):
                raise AssertionError("covenantd does not serve: %s" % self.said())
            self.endpoint = line.split()[1]

    def said(self):
        self.process.wait(SECONDS) if self.process.poll() is None and not self.endpoint else None
        self.errors.seek(0)
        return self.errors.read()

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, seconds=SECONDS):
        return self.process.wait(seconds)

    def stop(self):
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def close(self):
        self.kill()
        self.process.stdout.close()
        self.errors.close()


class WireTest(unittest.TestCase):
    maxDiff = None

    def run(self, result=None):
        before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > before:
            path = os.path.relpath(sys.modules[type(self).__module__].__file__, ROOT)
            print("\nto repeat: /usr/bin/python3 %s %s.%s" % (path, type(self).__name__, self._testMethodName),
                  file=sys.stderr)
        return result

    def folder(self):
        path = tempfile.mkdtemp(prefix="covenant-wire-")
        self.addCleanup(shutil.rmtree, path, ignore_errors=True)
        return path

    def own_rules(self):
        """A copy of the rules that the test may change."""
        path = os.path.join(self.folder(), "rules")
        shutil.copytree(RULES, path)
        return path

    def daemon(self, data=None, **settings):
        daemon = Daemon(data or os.path.join(self.folder(), "data"), **settings)
        self.addCleanup(daemon.close)
        return daemon

    def client(self, daemon, **settings):
        client = Client(daemon.endpoint, **settings)
        self.addCleanup(client.close)
        return client

    def assertRefused(self, reply, code, at=None):
        self.assertIs(reply["ok"], False, reply)
        self.assertEqual(reply["protocol"], 1)
        self.assertEqual(reply["error"]["code"], code, reply)
        self.assertTrue(reply["error"]["message"])
        if at is not None:
            self.assertEqual(reply["error"].get("at"), at, reply)

    def assertAnswered(self, reply):
        self.assertIs(reply["ok"], True, reply)
        return reply

    def records(self, client, region="veldstad", editions=None):
        """Every heading of a region, page after page; its editions only when that is asked, or of `daemon`."""
        found, after = [], {}
        while True:
            page = self.assertAnswered(client.ask(envelope("history", region=region, limit=1000, **after)))["history"]
            found += page["records"]
            if "next" not in page:
                keep = region == "daemon" if editions is None else editions
                return [record for record in found if keep or record["kind"] != "edition"]
            after = {"after": page["next"]}


def until(condition, seconds=SECONDS):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False
