"""After an erasure the process takes its own place, so that no memory holds what was erased."""
import json
import os
import random
import re
import resource
import signal
import sys
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(os.path.dirname(HERE)), "clients", "python")]
from covenant_client import Covenant, Refused
from harness import Client, WireTest, decide, envelope, new_case, until

ALL = ["--local-roles", "all"]
SLOW = bool(os.environ.get("SANITIZED"))


def erase(name="veld-1", **members):
    return envelope("erase", case=name, region="veldstad", ground="avg-17", **members)


def descriptors(process):
    return {os.readlink("/proc/%d/fd/%s" % (process, number)) for number in os.listdir("/proc/%d/fd" % process)}


class Replaced(WireTest):
    def test_the_same_daemon_in_new_memory(self):
        data = os.path.join(self.folder(), "data")
        daemon = self.daemon(data=data, arguments=ALL + ["--on", "2024-05-02"])
        client = self.client(daemon)
        before = client.ask(envelope("status"))["status"]
        client.ask(decide())
        request = erase()
        reply = self.assertAnswered(client.ask(request))
        self.assertEqual(daemon.process.stdout.readline(), "serving %s\n" % daemon.endpoint)
        self.assertIsNone(daemon.process.poll())
        after = client.ask(envelope("status"))["status"]
        self.assertTrue(after["ready"], after)
        self.assertEqual((after["edition"], after["vkeys"]), (before["edition"], before["vkeys"]))
        self.assertEqual(after["counters"]["decided"], 0)
        self.assertEqual(client.ask(request), reply, "sent again: the same answer, from the record")
        # The options are those it was started with, and the port is real; nothing is said twice.
        with open("/proc/%d/cmdline" % daemon.process.pid) as file:
            arguments = file.read().rstrip("\0").split("\0")
        self.assertIn("--on=2024-05-02", arguments)
        self.assertIn("--data=%s" % data, arguments)
        self.assertEqual([argument for argument in arguments if "bind" in argument], ["--bind=" + daemon.endpoint])
        self.assertAnswered(client.ask(decide("veld-2")))
        self.assertAnswered(client.ask(erase("veld-2")))
        with open("/proc/%d/cmdline" % daemon.process.pid) as file:
            self.assertEqual(file.read().rstrip("\0").split("\0"), arguments)
        records = client.ask(envelope("history", region="daemon"))["history"]["records"]
        self.assertEqual([record["kind"] for record in records if record["kind"] in ("restart", "edition")],
                         ["restart", "edition", "restart", "restart"])
        restart = [record for record in records if record["kind"] == "restart"][-1]
        told = client.ask(envelope("record", decision=restart["id"]))["record"]
        self.assertEqual(told["request"], {"cause": "erasure"})
        self.assertEqual(told["edition"], before["edition"])
        self.assertEqual(daemon.stop(), 0)

    @unittest.skipUnless(os.geteuid() == 0, "the daemon lets only root see what it has open")
    def test_nothing_is_left_open(self):
        daemon = self.daemon(arguments=ALL)
        client = self.client(daemon)
        before = None
        for number in range(3):
            self.assertAnswered(client.ask(decide("veld-%d" % number)))
            self.assertAnswered(client.ask(erase("veld-%d" % number)))
            client.ask(envelope("status"))
            now = {re.sub(r"[0-9]+", "n", name) for name in descriptors(daemon.process.pid)}
            count = len(os.listdir("/proc/%d/fd" % daemon.process.pid))
            before = before or (now, count)
            self.assertEqual(now, before[0])
            self.assertLessEqual(count, before[1] + 2, "connections come and go, other descriptors do not add up")

    def test_the_rules_that_were_current_go_on(self):
        rules = self.own_rules()
        daemon = self.daemon(rules=rules, arguments=ALL)
        client = self.client(daemon)
        edition = client.ask(envelope("status"))["status"]["edition"]
        path = next(os.path.join(folder, name) for folder, _, names in os.walk(rules) for name in names
                    if name == "covenant.yaml")
        with open(path, "a") as file:
            file.write("\nhalf: [changed\n")
        self.assertAnswered(client.ask(decide()))
        self.assertAnswered(client.ask(erase()))
        self.assertEqual(client.ask(envelope("status"))["status"]["edition"], edition)
        self.assertFalse(client.ask(envelope("reload"))["reload"]["loaded"])

    def test_continuing_after_a_restore_is_not_repeated(self):
        data = os.path.join(self.folder(), "data")
        daemon = self.daemon(data=data, arguments=ALL + ["--continue-after-restore"])
        client = self.client(daemon)
        client.ask(decide())
        self.assertAnswered(client.ask(erase()))
        with open("/proc/%d/cmdline" % daemon.process.pid) as file:
            self.assertNotIn("restore", file.read())

    def test_who_asks_meanwhile(self):
        """Load beside erasures: what was acknowledged stands, and what was not is answered when it is sent again."""
        daemon = self.daemon(arguments=ALL)
        ends, lock, answers = threading.Event(), threading.Lock(), {}
        waits = []

        def load(part):
            client, number = Client(daemon.endpoint), 0
            while not ends.is_set():
                request = decide("load-%d-%d" % (part, number))
                begun = time.monotonic()
                reply = client.ask_again(request)
                with lock:
                    answers[request["request"]] = request, reply
                    waits.append(time.monotonic() - begun)
                number += 1
            client.close()

        threads = [threading.Thread(target=load, args=(part,)) for part in range(3)]
        for thread in threads:
            thread.start()
        client = self.client(daemon)
        for number in range(2 if SLOW else 5):
            client.ask_again(decide("veld-%d" % number))
            self.assertAnswered(client.ask(erase("veld-%d" % number)))
        ends.set()
        for thread in threads:
            thread.join()
        places = set()
        for request, reply in answers.values():
            self.assertAnswered(reply)
            places.add((reply["record"]["log"], reply["record"]["index"]))
            self.assertEqual(client.ask_again(request), reply)
        self.assertEqual(len(places), len(answers))
        headings = self.records(client)
        self.assertEqual([heading["index"] for heading in headings], list(range(1, len(headings) + 1)))
        self.assertEqual(sum(heading["kind"] == "decision" for heading in headings),
                         len(answers) + (2 if SLOW else 5))
        print("erasing under load: %d decisions, the longest wait %.1f s" % (len(answers), max(waits)))

    def test_a_client_that_asks_once(self):
        """It is answered, and what it asks next too: the daemon begins anew in a quiet moment."""
        daemon = self.daemon(arguments=ALL)
        client = self.client(daemon)
        decided = [self.assertAnswered(client.ask(decide("veld-%d" % number)))["record"]["id"] for number in range(5)]
        for number, told in enumerate(decided):
            client.send(erase("veld-%d" % number))
            self.assertAnswered(client.receive())
            client.send(envelope("replay", decision=told))
            self.assertEqual(client.receive()["replay"], {"outcome": "erased"})
        self.assertEqual(daemon.process.stdout.readline(), "serving %s\n" % daemon.endpoint)
        self.assertTrue(client.ask_again(envelope("status"))["status"]["ready"])

    def test_the_python_client_asks_until_it_is_answered(self):
        daemon = self.daemon(arguments=ALL)
        with Covenant(daemon.endpoint) as covenant:
            covenant.decide(new_case("veld-1"), on="2024-05-01")
            self.assertEqual(len(covenant.erase("veld-1", "veldstad", "avg-17", dry_run=True)["erase"]["records"]), 1)
            covenant.hold("veld-1", "veldstad", "objection")
            with self.assertRaises(Refused):
                covenant.erase("veld-1", "veldstad", "avg-17")
            covenant.hold("veld-1", "veldstad", "objection", release=True)
            self.assertEqual(len(covenant.erase("veld-1", "veldstad", "avg-17")["erase"]["records"]), 3)

    def test_ended_and_erased_at_once(self):
        """SIGTERM while it begins anew: it ends, with 0, and the next start answers."""
        data = os.path.join(self.folder(), "data")
        generator = random.Random(int(os.environ.get("COVENANT_SEED") or 5))
        for turn in range(2 if SLOW else 6):
            daemon = self.daemon(data=data, arguments=ALL)
            client = self.client(daemon)
            name = "veld-%d" % turn
            client.ask(decide(name))
            request = erase(name)
            client.send(request)
            time.sleep(generator.uniform(0, 0.3))
            self.assertEqual(daemon.stop(), 0, daemon.said())
            again = self.daemon(data=data, arguments=ALL)
            self.assertAnswered(self.client(again).ask(request))
            again.stop()


if __name__ == "__main__":
    unittest.main()
