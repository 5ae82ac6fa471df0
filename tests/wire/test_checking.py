"""The journal is looked through: beside serving, and a copy of it at rest; a finding stops writing and is told."""
import os
import sqlite3
import subprocess
import time
import unittest

from harness import BUILD, SECONDS, WireTest, decide, envelope

CHECKER = os.path.join(BUILD, "tools", "journals")


def check(path, *vkeys):
    return subprocess.run([CHECKER, "check", path, *vkeys], capture_output=True, text=True)


class Checking(WireTest):
    def looked_through(self, client):
        """The status when all was looked at."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            status = client.ask(envelope("status"))["status"]
            if status["checked"]["over"]:
                return status
        raise AssertionError("it is not looked through within %s seconds" % SECONDS)

    def copied(self, client, folder):
        path = os.path.join(folder, "copy.db")
        self.assertAnswered(client.ask(envelope("backup", path=path)))
        return path

    def test_beside_serving(self):
        data = os.path.join(self.folder(), "data")
        daemon = self.daemon(data)
        client = self.client(daemon)
        self.assertEqual(self.looked_through(client)["checked"]["of"], 0)
        for number in range(30):
            self.assertAnswered(client.ask(decide("veld-%d" % number)))
        daemon.kill()
        client = self.client(self.daemon(data))
        status = self.looked_through(client)
        self.assertGreaterEqual(status["checked"]["of"], 30)
        self.assertEqual(status["checked"]["records"], status["checked"]["of"])
        self.assertTrue(status["ready"])

    def test_a_finding_stops_writing(self):
        data = os.path.join(self.folder(), "data")
        daemon = self.daemon(data)
        client = self.client(daemon)
        for number in range(30):
            self.assertAnswered(client.ask(decide("veld-%d" % number)))
        daemon.stop()
        with sqlite3.connect(os.path.join(data, "journal.db")) as database:
            database.execute("UPDATE record SET payload = x'00' WHERE position = 17 AND log ="
                             " (SELECT number FROM log WHERE name LIKE 'veldstad/%')")
        database.close()
        daemon = self.daemon(data)
        client = self.client(daemon)
        status = self.looked_through(client)
        self.assertFalse(status["ready"])
        self.assertIn("the payload of record 17 of log `veldstad/", status["reasons"][0])
        self.assertRefused(client.ask(decide("veld-new")), "unavailable")
        self.assertEqual(daemon.stop(), 0)
        self.assertIn("journal_damaged", daemon.said())

    def test_a_copy_at_rest(self):
        folder = self.folder()
        data = os.path.join(folder, "data")
        daemon = self.daemon(data, arguments=("--local-roles", "all"))
        client = self.client(daemon)
        for number in range(20):
            self.assertAnswered(client.ask(decide("veld-%d" % number)))
        erasure = envelope("erase", case="veld-3", region="veldstad", ground="avg-17")
        self.assertAnswered(client.ask(erasure))
        client = self.client(daemon)
        vkeys = client.ask(envelope("status"))["status"]["vkeys"]
        path = self.copied(client, folder)
        checked = check(path, vkeys[0])
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        self.assertIn(" 1 erased", checked.stdout)
        self.assertEqual(check(path).returncode, 3)
        running = check(data)
        self.assertEqual(running.returncode, 74)
        self.assertIn("expected a copy made by `backup`", running.stderr)
        # A payload that nobody erased is missed, also by who has no key.
        with sqlite3.connect(path) as database:
            database.execute("UPDATE record SET payload = NULL, subject = NULL WHERE position = 5 AND log ="
                             " (SELECT number FROM log WHERE name LIKE 'veldstad/%')")
        database.close()
        checked = check(path, vkeys[0])
        self.assertEqual(checked.returncode, 2, checked.stdout)
        self.assertIn("not valid: record 5 of veldstad/", checked.stdout)
        self.assertIn("no record of an erasure names it", checked.stdout)

    def test_a_stopped_daemons_folder(self):
        data = os.path.join(self.folder(), "data")
        daemon = self.daemon(data)
        client = self.client(daemon)
        self.assertAnswered(client.ask(decide()))
        vkeys = client.ask(envelope("status"))["status"]["vkeys"]
        daemon.stop()
        checked = check(data, vkeys[0])
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        other = self.daemon(os.path.join(self.folder(), "data"))
        strange = self.client(other).ask(envelope("status"))["status"]["vkeys"][0]
        self.assertEqual(check(data, strange).returncode, 2)


if __name__ == "__main__":
    unittest.main()
