"""Stopping and a full disk: what was answered is in the journal, whatever happens. Killing is in faults/test_kills.py."""

import os
import shutil
import subprocess
import sys
import threading
import time
import unittest

from harness import Client, Daemon, WireTest, decide, envelope, until

class Load(threading.Thread):
    """Keeps `under_way` requests under way until the daemon is gone; remembers what was answered."""

    def __init__(self, endpoint, under_way=32):
        super().__init__(daemon=True)
        self.endpoint, self.under_way = endpoint, under_way
        self.answered, self.sent, self.halt = {}, {}, threading.Event()

    def run(self):
        client = Client(self.endpoint)
        for _ in range(self.under_way):
            self.send(client)
        while not self.halt.is_set():
            try:
                reply = client.receive(0.05)
            except TimeoutError:
                continue
            if reply["ok"]:
                self.answered[reply["request"]] = reply
            if not self.halt.is_set():
                self.send(client)
        try:
            while True:  # what is still on its way
                reply = client.receive(0.2)
                if reply["ok"]:
                    self.answered[reply["request"]] = reply
        except TimeoutError:
            pass
        client.close()

    def send(self, client):
        request = decide("veld-%d" % len(self.sent))
        self.sent[request["request"]] = request
        client.send(request)


class Stopping(WireTest):
    def test_sigterm_answers_what_was_taken(self):
        daemon = self.daemon()
        client = self.client(daemon)
        client.ask(decide())
        requests = [decide("veld-%d" % i) for i in range(300)]
        for request in requests:
            client.send(request)
        time.sleep(0.05)
        self.assertEqual(daemon.stop(), 0)
        answered = {client.receive()["request"] for _ in requests}
        self.assertEqual(answered, {request["request"] for request in requests})

    def test_sigterm_under_load(self):
        data = os.path.join(self.folder(), "data")
        daemon = self.daemon(data=data)
        loads = [Load(daemon.endpoint) for _ in range(3)]
        for load in loads:
            load.start()
        time.sleep(0.3)
        begun = time.monotonic()
        self.assertEqual(daemon.stop(), 0)
        self.assertLess(time.monotonic() - begun, 10)
        for load in loads:
            load.halt.set()
            load.join()
        client = self.client(self.daemon(data=data))
        recorded = {record["id"] for record in self.records(client)}
        for load in loads:
            self.assertGreater(len(load.answered), 0)
            for reply in load.answered.values():
                self.assertIn(reply["record"]["id"], recorded)

    def test_sigint_too(self):
        daemon = self.daemon()
        daemon.signal(2)
        self.assertEqual(daemon.wait(), 0)

    def test_sigterm_when_idle(self):
        self.assertEqual(self.daemon().stop(), 0)


class FullDisk(WireTest):
    """On a tmpfs of its own, where that may be mounted; else by a limit on the size of files."""

    def small_disk(self):
        folder = self.folder()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True)
        if done.returncode != 0:
            print("SKIPPED: %s: a tmpfs cannot be mounted here" % self.id(), file=sys.stderr)
            self.skipTest("a tmpfs cannot be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", folder], capture_output=True)
        return folder

    def test_unavailable_while_full_and_well_when_there_is_room(self):
        disk = self.small_disk()
        data, ballast = os.path.join(disk, "data"), os.path.join(disk, "ballast")
        daemon = self.daemon(data=data)
        client = self.client(daemon)
        first = self.assertAnswered(client.ask(decide()))
        with open(ballast, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 1024)
            except OSError:
                pass
        answered = [first]
        for i in range(2000):
            reply = client.ask(decide("veld-%d" % i))
            if not reply["ok"]:
                break
            answered.append(reply)
        self.assertRefused(reply, "unavailable")
        begun = time.monotonic()
        self.assertRefused(client.ask(decide()), "unavailable")
        self.assertIs(client.ask(envelope("status"))["status"]["ready"], False)
        self.assertLess(time.monotonic() - begun, 1)
        # What reads no personal facts goes on; who reads those has to be recorded. In one batch, too.
        client.send(decide())
        client.send(envelope("record", decision=first["record"]["id"]))
        client.send(envelope("reload"))
        client.send(envelope("replay", decision=first["record"]["id"]))
        client.send(envelope("prove", decision=first["record"]["id"]))
        client.send(envelope("checkpoint", region="veldstad"))
        client.send(envelope("covenants"))
        client.send(envelope("status"))
        replies = [client.receive() for _ in range(8)]
        for refused in replies[:3]:
            self.assertRefused(refused, "unavailable")
        self.assertEqual(self.assertAnswered(replies[3])["replay"], {"outcome": "identical"})
        for answered_still in replies[4:]:
            self.assertAnswered(answered_still)
        self.assertEqual(len(self.records(client)), len(answered))
        # It starts on a full disk as well, and says that it cannot write.
        self.assertEqual(daemon.stop(), 0)
        client = self.client(self.daemon(data=data))
        self.assertEqual(len(self.records(client)), len(answered))
        self.assertRefused(client.ask(decide()), "unavailable")
        self.assertIs(client.ask(envelope("status"))["status"]["ready"], False)
        os.remove(ballast)
        reply = self.assertAnswered(client.ask(decide()))
        self.assertEqual(reply["record"]["index"], len(answered) + 1)
        self.assertIs(client.ask(envelope("status"))["status"]["ready"], True)
        self.assertEqual(client.ask(envelope("replay", decision=reply["record"]["id"]))["replay"],
                         {"outcome": "identical"})
        self.assertEqual([record["kind"] for record in self.records(client, "daemon")],
                         ["restart", "edition", "restart", "edition"])

    def test_a_limit_on_the_size_of_files(self):
        data = os.path.join(self.folder(), "data")
        daemon = self.daemon(data=data)
        client = self.client(daemon)
        first = self.assertAnswered(client.ask(decide()))
        if not shutil.which("prlimit"):
            self.skipTest("there is no prlimit here")
        pid = str(daemon.process.pid)
        subprocess.run(["prlimit", "--pid", pid, "--fsize=8192:"], check=True)
        self.assertTrue(until(lambda: not client.ask(decide())["ok"]))
        self.assertRefused(client.ask(decide()), "unavailable")
        self.assertRefused(client.ask(envelope("record", decision=first["record"]["id"])), "unavailable")
        self.assertAnswered(client.ask(envelope("prove", decision=first["record"]["id"])))
        subprocess.run(["prlimit", "--pid", pid, "--fsize=unlimited:"], check=True)
        self.assertAnswered(client.ask(envelope("record", decision=first["record"]["id"])))
        self.assertAnswered(client.ask(decide()))


if __name__ == "__main__":
    unittest.main()
