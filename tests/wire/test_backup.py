"""`backup`: a copy of the journal that verifies, made while others are served; never over what is there, never half."""
import os
import resource
import shutil
import sqlite3
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Client, WireTest, decide, envelope, until

ALL = ["--local-roles", "all"]
LOAD = 400 if not os.environ.get("SANITIZED") else 60


class Backup(WireTest):
    def backup(self, client, path, **members):
        return client.ask(envelope("backup", path=path, **members))

    def whole(self, path, reply):
        """The copy is a database that needs nothing beside it, and holds the heads that the reply names."""
        database = sqlite3.connect("file:%s?immutable=1" % path, uri=True)
        self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        self.assertEqual(database.execute("PRAGMA journal_mode").fetchone(), ("delete",))
        heads = database.execute("SELECT name, size, note FROM log ORDER BY number").fetchall()
        self.assertEqual([(log["log"], log["size"], log["note"].encode()) for log in reply["backup"]["logs"]], heads)
        for name, size, _ in heads:
            self.assertEqual(database.execute("SELECT count(*) FROM record JOIN log ON log = log.number WHERE name = ?",
                                              (name,)).fetchone(), (size,))
        database.close()
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        self.assertEqual(os.stat(path).st_size, reply["backup"]["bytes"])

    def test_a_copy_that_can_be_put_back(self):
        data, folder = os.path.join(self.folder(), "data"), self.folder()
        path = os.path.join(folder, "journal.db")
        daemon = self.daemon(data=data)
        client = self.client(daemon)
        first = client.ask(decide())
        request = envelope("backup", path=path)
        reply = self.assertAnswered(client.ask(request))
        self.assertEqual(reply["backup"]["path"], path)
        self.whole(path, reply)
        self.assertEqual(os.listdir(folder), ["journal.db"])
        self.assertEqual(client.ask(request), reply, "the same request again makes no other copy")
        self.assertRefused(client.ask({**request, "path": path + "2"}), "request_reused", "/request")
        for name in ("keys", "master-key", "signing-key"):
            with open(path, "rb") as copy, open(os.path.join(data, name), "rb") as keys:
                secret = keys.read()
                self.assertNotIn(secret[64:128] if name == "keys" else secret[:64], copy.read())
        lost = client.ask(decide("veld-2"))
        daemon.stop()
        shutil.copy(path, os.path.join(data, "journal.db"))
        daemon = self.daemon(data=data)
        client = self.client(daemon)
        self.assertAnswered(client.ask(envelope("prove", decision=first["record"]["id"])))
        self.assertRefused(client.ask(envelope("record", decision=lost["record"]["id"])), "not_found")
        self.assertRefused(client.ask(decide("veld-3")), "unavailable")
        daemon.stop()
        client = self.client(self.daemon(data=data, arguments=["--continue-after-restore"]))
        self.assertAnswered(client.ask(decide("veld-3")))

    def test_where_it_may_be_made(self):
        data, folder = os.path.join(self.folder(), "data"), self.folder()
        client = self.client(self.daemon(data=data))
        taken, link = os.path.join(folder, "taken"), os.path.join(folder, "link")
        with open(taken, "w") as file:
            file.write("mine")
        os.symlink(data, link)
        for path, word in (("copy.db", "whole path"), ("", "whole path"), (folder + "/", "whole path"),
                           (os.path.join(data, "copy.db"), "outside the data folder"),
                           (os.path.join(link, "copy.db"), "outside the data folder"),
                           (os.path.join(folder, "none", "copy.db"), "folder that is there"),
                           (os.path.join(folder, ".."), "folder that is there"),
                           (os.path.join(folder, "x" * 250), "File name too long"),
                           (taken, "nothing is written over"), (link, "nothing is written over")):
            refused = self.backup(client, path)
            self.assertRefused(refused, "invalid_request", "/path")
            self.assertIn(word, refused["error"]["message"])
        self.assertEqual(sorted(os.listdir(folder)), ["link", "taken"])
        with open(taken) as file:
            self.assertEqual(file.read(), "mine")
        self.assertRefused(client.ask(envelope("backup")), "invalid_request")
        limited = self.client(self.daemon(arguments=["--local-roles", "caller,auditor"]))
        self.assertRefused(self.backup(limited, os.path.join(folder, "copy.db")), "forbidden", "/verb")

    def test_a_disk_that_fills_leaves_nothing_half(self):
        folder = self.folder()
        daemon = self.daemon()
        client = self.client(daemon)
        client.ask(decide())
        # No file may grow beyond this, the copy too; the journal itself is smaller after its WAL was emptied.
        resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (64 * 1024, resource.RLIM_INFINITY))
        refused = self.backup(client, os.path.join(folder, "copy.db"))
        self.assertRefused(refused, "unavailable")
        self.assertIn("no room", refused["error"]["message"])
        self.assertEqual(os.listdir(folder), [])
        resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        self.whole(os.path.join(folder, "copy.db"), self.backup(client, os.path.join(folder, "copy.db")))
        self.assertAnswered(client.ask(decide("veld-2")))

    def test_while_others_are_served(self):
        folder, daemon = self.folder(), self.daemon()
        client, ends, waits = self.client(daemon), threading.Event(), []
        for number in range(LOAD):
            client.send(decide("first-%d" % number))
        for number in range(LOAD):
            self.assertAnswered(client.receive())

        def load():
            other, number = Client(daemon.endpoint), 0
            while not ends.is_set():
                begun = time.monotonic()
                assert other.ask(decide("load-%d" % number))["ok"]
                waits.append(time.monotonic() - begun)
                number += 1
            other.close()

        loader = threading.Thread(target=load)
        loader.start()
        self.assertTrue(until(lambda: len(waits) > 5))
        for number in range(3):
            path = os.path.join(folder, "copy-%d.db" % number)
            reply = self.assertAnswered(self.backup(client, path))
            self.whole(path, reply)
        ends.set()
        loader.join()
        print("backup: %d bytes under load; the longest wait of a decision %.0f ms"
              % (reply["backup"]["bytes"], 1000 * max(waits)))

    def test_an_end_while_it_is_made_leaves_nothing(self):
        folder, data = self.folder(), os.path.join(self.folder(), "data")
        daemon = self.daemon(data=data)
        client = self.client(daemon)
        for number in range(LOAD):
            client.send(decide("first-%d" % number))
        for number in range(LOAD):
            client.receive()
        path = os.path.join(folder, "copy.db")
        client.send(envelope("backup", path=path))
        self.assertTrue(until(lambda: os.listdir(folder)))
        daemon.kill()
        # Killed: what was begun lies there under its other name, and the next backup takes its place.
        client = self.client(self.daemon(data=data))
        self.whole(path, self.backup(client, path)) if not os.path.exists(path) else None
        self.assertEqual(os.listdir(folder), ["copy.db"])


if __name__ == "__main__":
    unittest.main()
