"""Another key that signs, and another master key; also when it is cut short at any call that changes a file."""

import base64
import json
import os
import shutil
import subprocess
import unittest

from harness import COVENANTD, WireTest, decide, envelope
from shim import Shim

STEP = 4 if os.environ.get("SANITIZED") else 1


class Rotation(WireTest):
    def setUp(self):
        self.data = os.path.join(self.folder(), "data")

    def rotate(self, which, data=None, **settings):
        return subprocess.run([COVENANTD, "--data", data or self.data, "--rotate-%s-key" % which], capture_output=True,
                              text=True, timeout=60, **settings)

    def begun(self):
        daemon = self.daemon(data=self.data)
        client = self.client(daemon)
        request = decide()
        reply = self.assertAnswered(client.ask(request))
        status = client.ask(envelope("status"))["status"]
        daemon.stop()
        self.assertNotIn("former_vkeys", status)
        return request, reply, status["vkeys"]

    def last(self, client, log):
        """Of the last record: its leaf."""
        return json.loads(base64.b64decode(self.assertAnswered(
            client.ask(envelope("record", decision=self.records(client, log)[-1]["id"])))["record"]["leaf"]))

    def test_another_key_signs(self):
        request, reply, vkeys = self.begun()
        log = reply["record"]["log"]
        old = next(vkey for vkey in vkeys if vkey.startswith(log + "+"))
        done = self.rotate("signing")
        self.assertEqual(done.returncode, 0, done.stderr)
        client = self.client(self.daemon(data=self.data))
        status = client.ask(envelope("status"))["status"]
        new = next(vkey for vkey in status["vkeys"] if vkey.startswith(log + "+"))
        self.assertIn(new, done.stdout.splitlines())
        self.assertFalse(set(status["vkeys"]) & set(vkeys))
        # The log goes on; its last leaf under the old key names both, and the head that the old one signed last.
        leaf = self.last(client, log)
        self.assertEqual((leaf["kind"], leaf["about"]),
                         ("key_rotated", {"key": "signing", "old": old, "new": new, "size": 3}))
        [former] = [key for key in status["former_vkeys"] if key["log"] == log]
        self.assertEqual((former["vkey"], former["size"]), (old, 3))
        note = client.ask(envelope("checkpoint", log=log))["checkpoint"]
        self.assertEqual(note["vkey"], new)
        self.assertTrue(note["note"].startswith(log + "\n3\n"))
        proof = client.ask(envelope("prove", log=log, **{"from": 2}))["prove"]
        self.assertEqual((proof["from"], proof["to"], proof["note"]), (2, 3, note["note"]))
        # What was answered is answered again: the same leaf and opening, and the signature that there is now.
        again = self.assertAnswered(client.ask(request))
        self.assertEqual(again["decision"], reply["decision"])
        self.assertEqual({**again["record"], "proof": ""}, {**reply["record"], "proof": ""})
        self.assertAnswered(client.ask(decide("veld-2")))
        self.assertEqual(client.ask(envelope("replay", region="veldstad"))["replay"]["identical"], 2)

    def test_another_master_key(self):
        request, reply, vkeys = self.begun()
        path = os.path.join(self.data, "master-key")
        with open(path) as file:
            before = file.read()
        done = self.rotate("master")
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        with open(path) as file:
            self.assertNotEqual(file.read(), before)
        self.assertFalse(os.path.exists(path + ".old"))
        daemon = self.daemon(data=self.data)
        client = self.client(daemon)
        self.assertEqual(client.ask(request), reply)
        told = [record for record in self.records(client, "daemon") if record["kind"] == "key_rotated"]
        self.assertEqual(len(told), 1)
        self.assertEqual(client.ask(envelope("status"))["status"]["vkeys"], vkeys)
        self.assertEqual(self.rotate("master").returncode, 73)  # the daemon has it
        daemon.stop()
        # One that is kept elsewhere is replaced there; the one before it opens what it wraps for one start.
        elsewhere = os.path.join(self.folder(), "key")
        shutil.move(path, elsewhere)
        refused = subprocess.run([COVENANTD, "--data", self.data, "--master-key", elsewhere, "--rotate-master-key"],
                                 capture_output=True, text=True, timeout=60)
        self.assertEqual(refused.returncode, 74)
        self.assertIn("replace it where it is kept", refused.stderr)
        shutil.move(elsewhere, path + ".old")
        with open(elsewhere, "w") as file:
            file.write(os.urandom(32).hex() + "\n")
        os.chmod(elsewhere, 0o600)
        client = self.client(self.daemon(data=self.data, arguments=["--master-key", elsewhere]))
        self.assertEqual(client.ask(request), reply)
        self.assertFalse(os.path.exists(path + ".old"))
        told = [record for record in self.records(client, "daemon") if record["kind"] == "key_rotated"]
        self.assertEqual(len(told), 2)

    def cut_short(self, which):
        request, reply, vkeys = self.begun()
        copy, kills, taken = self.data + "-copy", 0, 0
        for nth in range(1, 2000, STEP):
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(self.data, copy)
            shim = Shim(copy)
            shim.strike(nth)
            done = self.rotate(which, copy, env={**os.environ, **shim.environment()})
            client = self.client(daemon := self.daemon(data=copy))
            status = self.assertAnswered(client.ask(envelope("status")))["status"]
            self.assertTrue(status["ready"], (nth, status))
            again = self.assertAnswered(client.ask(request))
            self.assertEqual((again["decision"], again["record"]["leaf"]), (reply["decision"], reply["record"]["leaf"]))
            self.assertAnswered(client.ask(decide("veld-2")))
            if which == "signing":  # recorded and taken, or neither
                told = [record for record in self.records(client) if record["kind"] == "key_rotated"]
                rotated = status["vkeys"] != vkeys
                self.assertEqual((len(told), "former_vkeys" in status), (int(rotated), rotated), nth)
                taken += rotated and done.returncode != 0
            daemon.stop()
            left = set(os.listdir(copy)) & {"signing-key.next", "master-key.old"}
            self.assertEqual(left, set(), nth)
            if done.returncode == 0:
                print("%s: killed at each of %d calls" % (which, kills))
                self.assertGreater(kills, 10)
                return taken
            kills += 1
        self.fail("it never ends")

    def test_a_signing_key_cut_short(self):
        self.assertGreater(self.cut_short("signing"), 0)

    def test_a_master_key_cut_short(self):
        self.cut_short("master")


if __name__ == "__main__":
    unittest.main()
