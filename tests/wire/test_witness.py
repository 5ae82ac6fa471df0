"""Witnesses over a folder: a daemon that hands in its heads, and `covenant audit witness` that cosigns them or does not."""

import os
import shutil
import subprocess
import sys

from harness import BUILD, ROOT, WireTest, decide, envelope

COVENANT = os.path.join(BUILD, "covenant")


class WitnessTest(WireTest):
    def setUp(self):
        self.top = self.folder()
        self.data, self.shared = os.path.join(self.top, "data"), os.path.join(self.top, "shared")
        os.mkdir(self.shared)
        self.vkeys = [self.witness_key(name) for name in ("w1", "w2")]
        self.write("policy", "# who watches\nwitness w1 %s\nwitness w2 %s\ngroup both any w1 w2\nquorum both\n" % tuple(self.vkeys))

    def write(self, name, text):
        path = os.path.join(self.shared, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def command(self, *arguments):
        return subprocess.run([COVENANT, "audit", *arguments], capture_output=True, text=True, timeout=60, check=False)

    def witness_key(self, name):
        made = self.command("witness", "--by", "zorg.example/" + name, "--key", os.path.join(self.top, name))
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertTrue(made.stdout.startswith("zorg.example/%s+" % name), made.stdout)
        return made.stdout.strip()

    def run_witness(self, name="w1", state=None, code=0, folder=None):
        done = self.command("witness", folder or self.shared, "--key", os.path.join(self.top, name), "--state",
                            state or os.path.join(self.top, "state-" + name), "--vkey", self.vkey)
        self.assertIn(done.returncode, (0, 1) if code is None else (code,), done.stdout + done.stderr)
        return done.stdout

    def watched(self, **settings):
        return self.daemon(data=self.data, arguments=("--witnesses", self.shared), **settings)

    def decided(self, count):
        """A daemon's life with so many decisions; the head it ends with."""
        daemon = self.watched()
        client = self.client(daemon)
        for i in range(count):
            self.assertAnswered(client.ask(decide("veld-%d" % i)))
        head = self.head(client)
        self.vkey = head["vkey"]
        daemon.stop()
        return head

    def head(self, client):
        return self.assertAnswered(client.ask(envelope("checkpoint", region="veldstad")))["checkpoint"]

    def now(self):
        daemon = self.watched()
        client = self.client(daemon)
        head, status = self.head(client), client.ask(envelope("status"))["status"]
        daemon.stop()
        return head, status, daemon.said()

    def file(self, head, kind, name="w1"):
        identity = self.vkeys[int(name[1:]) - 1].split("+")[1]
        return os.path.join(self.shared, head["log"], identity + "." + kind)

    def size(self, note):
        return int(note.split("\n")[1])


class Cosigned(WitnessTest):
    def test_a_head_is_cosigned_and_the_export_verifies_by_the_policy(self):
        head = self.decided(3)
        self.assertNotIn("cosigned", head)
        with open(self.file(head, "request"), encoding="utf-8") as file:
            self.assertTrue(file.read().startswith("old 0\n\n%s\n" % head["log"]))
        self.assertIn(" cosigned, 0 refused", self.run_witness("w1"))
        self.run_witness("w2")
        daemon = self.watched()
        client = self.client(daemon)
        cosigned = self.head(client)["cosigned"]
        self.assertEqual(cosigned.split("\n\n")[0], head["note"].split("\n\n")[0])
        for vkey in self.vkeys:
            self.assertIn("\n— %s " % vkey.split("+")[0], cosigned)
        log, export = head["log"], os.path.join(self.top, "export")
        exported = self.command("export", "--connect", daemon.endpoint, "--log", log, "--to", export)
        self.assertEqual(exported.returncode, 0, exported.stderr)
        policy = os.path.join(self.shared, "policy")
        self.assertEqual(self.head(client)["note"], cosigned)
        found = self.command("verify", export, "--vkey", self.vkey, "--policy", policy)
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)
        self.assertIn("cosigned by 2 of the policy's witnesses", found.stdout)
        python = os.path.join(ROOT, "clients/verify-python/verify.py")
        found = subprocess.run([sys.executable, python, "--vkey", self.vkey, export], capture_output=True, text=True, check=False)
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)  # who knows no witness passes them over
        self.write("strict", open(policy, encoding="utf-8").read().replace(" any ", " all ").replace(
            "quorum both", "witness w3 %s\ngroup more all both w3\nquorum more" % self.other_key()))
        lacking = self.command("verify", export, "--vkey", self.vkey, "--policy", os.path.join(self.shared, "strict"))
        self.assertEqual(lacking.returncode, 3, lacking.stdout)
        self.forge(os.path.join(export, "checkpoint"))
        self.assertEqual(self.command("verify", export, "--vkey", self.vkey, "--policy", policy).returncode, 2)
        daemon.stop()

    def other_key(self):
        self.vkeys.append(self.witness_key("w3"))
        return self.vkeys.pop()

    def forge(self, path):
        """The time of a cosignature is signed too: the last character before the end is another one."""
        text = open(path, encoding="utf-8").read()
        at = text.index("zorg.example/w1 ") + 40
        with open(path, "w", encoding="utf-8") as file:
            file.write(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1:])

    def test_it_grows_by_a_consistency_proof(self):
        self.decided(3)
        self.run_witness()
        first, _, _ = self.now()
        self.assertEqual(self.size(first["cosigned"]), 3)
        head = self.decided(5)
        with open(self.file(head, "request"), encoding="utf-8") as file:
            request = file.read()
        self.assertTrue(request.startswith("old 3\n"), request)
        self.assertGreater(request.index("\n\n"), 40)
        self.run_witness()
        self.assertEqual(self.size(self.now()[0]["cosigned"]), self.size(head["note"]))

    def test_killed_between_keeping_and_answering(self):
        head = self.decided(2)
        self.run_witness()
        os.unlink(self.file(head, "answer"))  # it was kept, and never answered
        self.run_witness()  # the request is the old one: it hears what was seen
        with open(self.file(head, "answer"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "%d\n" % self.size(head["note"]))
        self.assertNotIn("cosigned", self.now()[0])
        with open(self.file(head, "request"), encoding="utf-8") as file:
            self.assertTrue(file.read().startswith("old %d\n\n" % self.size(head["note"])))
        self.run_witness()
        self.assertEqual(self.size(self.now()[0]["cosigned"]), self.size(head["note"]))

    def test_two_runs_at_once(self):
        """Of one state and one request only one is cosigned; the others find the answer there, or wait."""
        head = self.decided(2)
        arguments = [COVENANT, "audit", "witness", self.shared, "--key", os.path.join(self.top, "w1"), "--state",
                     os.path.join(self.top, "state-w1"), "--vkey", self.vkey]
        runs = [subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) for _ in range(6)]
        told = [run.communicate(timeout=60)[0] for run in runs]
        logs = sum(len([name for name in names if name.endswith(".request")]) for _, _, names in os.walk(self.shared)) // 2
        self.assertEqual(sum(int(text.split(" cosigned")[0]) for text in told), logs)
        self.assertEqual(self.size(self.now()[0]["cosigned"]), self.size(head["note"]))


class Refused(WitnessTest):
    def test_a_fork_is_refused(self):
        self.decided(1)
        fork = os.path.join(self.top, "fork")
        shutil.copytree(self.data, fork)
        self.decided(4)
        self.run_witness()
        self.now()
        shutil.rmtree(self.data)
        shutil.move(fork, self.data)
        kept = os.path.join(self.top, "kept")
        shutil.move(self.shared, kept)  # the forked one has a folder of its own, without what was cosigned
        os.mkdir(self.shared)
        shutil.copy(os.path.join(kept, "policy"), self.shared)
        head = self.decided(6)
        self.run_witness(code=None)  # it hears what was seen
        self.now()
        out = self.run_witness(code=1)
        self.assertIn("does not continue the one that was cosigned", out)
        self.assertFalse(os.path.exists(self.file(head, "answer")))
        self.assertNotIn("cosigned", self.now()[0])

    def test_another_head_of_the_same_size(self):
        self.decided(1)
        fork = os.path.join(self.top, "fork")
        shutil.copytree(self.data, fork)
        self.decided(3)
        self.run_witness()
        shutil.rmtree(self.data)
        shutil.move(fork, self.data)
        shutil.rmtree(os.path.join(self.shared, "veldstad"))
        self.decided(3)
        self.assertIn("forked", self.run_witness(code=1))

    def test_an_older_copy_is_noticed_by_the_witness_alone(self):
        self.decided(1)
        older = os.path.join(self.top, "older")
        shutil.copytree(self.data, older)  # all of it, the head beside the journal too
        self.decided(4)
        self.run_witness()
        self.now()
        shutil.rmtree(self.data)
        shutil.move(older, self.data)
        daemon = self.watched()
        client = self.client(daemon)
        self.assertRefused(client.ask(decide("veld-9")), "unavailable")
        self.assertIn("that witness `w1` cosigned", daemon.said())
        daemon.stop()
        daemon = self.daemon(data=self.data, arguments=("--witnesses", self.shared, "--continue-after-restore"))
        self.assertAnswered(self.client(daemon).ask(decide("veld-9")))
        daemon.stop()

    def test_an_older_copy_whose_cosigned_heads_are_gone(self):
        """Then the witness says how long the log was."""
        self.decided(1)
        older = os.path.join(self.top, "older")
        shutil.copytree(self.data, older)
        self.decided(4)
        self.run_witness()
        self.now()
        shutil.rmtree(self.data)
        shutil.move(older, self.data)
        for log in ("veldstad", "daemon"):
            shutil.rmtree(os.path.join(self.shared, log))
        daemon = self.watched()
        daemon.stop()
        self.run_witness(code=1)
        daemon = self.watched()
        client = self.client(daemon)
        self.assertRefused(client.ask(decide("veld-9")), "unavailable")
        daemon.stop()

    def test_who_is_no_witness_is_ignored(self):
        head = self.decided(2)
        self.run_witness()
        with open(self.file(head, "answer"), encoding="utf-8") as file:
            answer = file.read()
        for wrong in (answer[:60] + "AAAA" + answer[64:], "nonsense\n", answer.replace("w1", "w2")):
            with open(self.file(head, "answer"), "w", encoding="utf-8") as file:
                file.write(wrong)
            told, status, said = self.now()
            self.assertNotIn("cosigned", told)
            self.assertIn("found no good cosignature", said)

    def test_a_policy_that_is_wrong(self):
        for text in ("", "quorum none\n", "witness w1 x\nquorum w1\n", "quorum w1\n"):
            self.write("policy", text)
            daemon = self.watched(serves=False)
            self.assertEqual(daemon.wait(), 73)
            self.assertIn("policy", daemon.said())
