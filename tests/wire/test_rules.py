"""Loading the rules: at the start, with `reload`, with SIGHUP; all of them or none, and always recorded."""

import base64
import json
import os
import shutil
import signal
import subprocess
import unittest

from harness import COVENANTD, RULES, Client, WireTest, decide, envelope, new_case, until


class Reload(WireTest):
    def setUp(self):
        self.rules = self.own_rules()
        self.path = os.path.join(self.rules, "veldstad/2024/covenant.yaml")
        self.data = os.path.join(self.folder(), "data")
        with open(self.path) as file:
            self.text = file.read()

    def write(self, text):
        with open(self.path, "w") as file:
            file.write(text)

    def editions(self, client):
        reply = client.ask(envelope("history", region="daemon"))
        ids = [record["id"] for record in reply["history"]["records"] if record["kind"] == "edition"]
        return [client.ask(envelope("record", decision=id))["record"] for id in ids]

    def test_good_rules_become_current(self):
        client = self.client(self.daemon(rules=self.rules, data=self.data))
        before = client.ask(decide())
        self.write(self.text.replace("P3M", "P4M"))
        reply = self.assertAnswered(client.ask(envelope("reload")))["reload"]
        self.assertEqual((reply["loaded"], reply["findings"]), (True, []))
        after = client.ask(decide())
        self.assertEqual(before["decision"]["deadlines"][0]["due"], "2024-06-01")
        self.assertEqual(after["decision"]["deadlines"][0]["due"], "2024-07-01")
        for decided in (before, after):
            replay = client.ask(envelope("replay", decision=decided["record"]["id"]))
            self.assertEqual(replay["replay"], {"outcome": "identical"})
        editions = self.editions(client)
        self.assertEqual([record["decision"]["loaded"] for record in editions], [True, True])
        self.assertEqual(editions[1]["edition"], reply["edition"])
        self.assertEqual(client.ask(envelope("status"))["status"]["edition"], reply["edition"])

    def test_bad_rules_are_refused_whole_and_the_old_ones_serve_on(self):
        client = self.client(self.daemon(rules=self.rules, data=self.data))
        before = client.ask(decide())["decision"]
        edition = client.ask(envelope("status"))["status"]["edition"]
        line = self.text.split("\n").index("    limit: P3M") + 1
        self.write(self.text.replace("limit: P3M", "limit: P4M\n    mett_by: home_offered"))
        reply = self.assertAnswered(client.ask(envelope("reload")))["reload"]
        self.assertFalse(reply["loaded"])
        self.assertEqual(reply["edition"], edition)
        finding = reply["findings"][0]
        self.assertEqual((finding["file"], finding["line"]), ("veldstad/2024/covenant.yaml", line + 1))
        self.assertIn("mett_by", finding["source"])
        self.assertEqual(sorted(finding), ["code", "column", "file", "line", "message", "source"])
        self.assertEqual(client.ask(decide())["decision"], before)
        refused = self.editions(client)[-1]
        self.assertEqual((refused["decision"]["loaded"], refused["edition"]), (False, edition))
        self.assertEqual(refused["decision"]["findings"], reply["findings"])

    def test_a_file_of_another_encoding_is_refused_in_good_json(self):
        client = self.client(self.daemon(rules=self.rules, data=self.data))
        with open(self.path, "w", encoding="latin-1") as file:
            file.write("# cli\u00ebnt\n" + self.text)
        reply = self.assertAnswered(client.ask(envelope("reload")))["reload"]
        self.assertEqual([finding["code"] for finding in reply["findings"]], ["yaml_encoding"])
        self.assertEqual(reply["findings"][0]["source"], "# cli\ufffdnt")
        self.assertEqual(self.editions(client)[-1]["decision"]["findings"], reply["findings"])

    def test_a_folder_that_is_gone_is_refused(self):
        client = self.client(self.daemon(rules=self.rules, data=self.data))
        os.rename(self.rules, self.rules + "-away")
        reply = self.assertAnswered(client.ask(envelope("reload")))["reload"]
        self.assertFalse(reply["loaded"])
        self.assertEqual(len(reply["findings"]), 1)
        self.assertAnswered(client.ask(decide()))

    def told(self, client, region):
        """State and request of each edition in a region's log."""
        found = []
        for record in self.records(client, region, editions=True):
            if record["kind"] == "edition":
                whole = self.assertAnswered(client.ask(envelope("record", decision=record["id"])))["record"]
                self.assertEqual(json.loads(base64.b64decode(whole["leaf"]))["about"],
                                 {"state": whole["decision"]["state"]})
                found.append((whole["decision"]["state"], whole["request"].get("cause"), whole))
        return found

    def test_each_region_that_a_load_changes_is_told(self):
        daemon = self.daemon(rules=self.rules, data=self.data)
        client = self.client(daemon)
        def states(region):
            return [told[:2] for told in self.told(client, region)]
        begun = [("loaded", "start")]
        self.assertEqual((states("veldstad"), states("lusdorp")), (begun, begun))
        # Nothing changed: the load is told to the installation alone.
        reply = self.assertAnswered(client.ask(envelope("reload")))
        self.assertEqual(reply["record"]["log"], "daemon")
        leaf = json.loads(base64.b64decode(reply["record"]["leaf"]))
        self.assertEqual((leaf["kind"], leaf["edition"]), ("edition", reply["reload"]["edition"]))
        self.assertEqual((states("veldstad"), states("lusdorp")), (begun, begun))
        self.write(self.text.replace("P3M", "P4M"))
        request = envelope("reload")
        reply = self.assertAnswered(client.ask(request))
        self.assertEqual(client.ask(request), reply)
        self.assertEqual((states("veldstad"), states("lusdorp")), (begun + [("loaded", None)], begun))
        self.assertEqual(self.told(client, "veldstad")[-1][2]["edition"], reply["reload"]["edition"])
        # What was refused, for whose files; with the findings of these alone.
        self.write(self.text.replace("P3M", "P3X"))
        findings = self.assertAnswered(client.ask(envelope("reload")))["reload"]["findings"]
        state, _, whole = self.told(client, "veldstad")[-1]
        self.assertEqual((state, whole["decision"]["findings"], whole["edition"]),
                         ("refused", findings, reply["reload"]["edition"]))
        self.assertEqual(states("lusdorp"), begun)
        # What all regions share; also when that was changed while it was stopped.
        self.write(self.text.replace("P3M", "P4M"))
        daemon.stop()
        with open(os.path.join(self.rules, "national/vocabulary.yaml"), "a") as file:
            file.write("# changed\n")
        daemon = self.daemon(rules=self.rules, data=self.data)
        client = self.client(daemon)
        self.assertEqual(states("lusdorp"), begun * 2)
        self.assertEqual(states("veldstad")[2:], [("refused", None), ("loaded", "start")])
        daemon.stop()
        daemon = self.daemon(rules=self.rules, data=self.data)
        client = self.client(daemon)
        self.assertEqual(states("lusdorp"), begun * 2)
        # A region that is there no more: its log goes on.
        shutil.rmtree(os.path.join(self.rules, "lusdorp"))
        self.assertTrue(self.assertAnswered(client.ask(envelope("reload")))["reload"]["loaded"])
        self.assertEqual(states("lusdorp"), begun * 2 + [("retired", None)])

    def test_sighup(self):
        daemon = self.daemon(rules=self.rules, data=self.data)
        client = self.client(daemon)
        client.ask(decide())
        for limit, due, count in (("P4M", "2024-07-01", 2), ("P4X", "2024-07-01", 3), ("P5M", "2024-08-01", 4)):
            self.write(self.text.replace("P3M", limit))
            daemon.signal(signal.SIGHUP)
            self.assertTrue(until(lambda: len(self.editions(client)) == count), limit)
            self.assertEqual(client.ask(decide())["decision"]["deadlines"][0]["due"], due)
        self.assertEqual(self.editions(client)[-1]["request"], {"cause": "signal"})

    def test_reloads_under_load_each_decision_is_of_one_edition(self):
        client = self.client(self.daemon(rules=self.rules, data=self.data))
        due_of = {}
        for limit, due in (("P3M", "2024-06-01"), ("P4M", "2024-07-01")) * 5:
            self.write(self.text.replace("P3M", limit))
            for i in range(40):
                client.send(decide("veld-%d" % i))
            client.send(envelope("reload"))
            for i in range(40):
                client.send(decide("veld-%d" % i))
            for _ in range(81):
                reply = self.assertAnswered(client.receive())
                if "reload" in reply:
                    due_of[reply["reload"]["edition"]] = due
        for record in self.records(client)[-100:]:
            whole = client.ask(envelope("record", decision=record["id"]))["record"]
            self.assertEqual(whole["decision"]["deadlines"][0]["due"], due_of[whole["edition"]])

    def test_rules_that_are_deleted_can_be_replayed(self):
        daemon = self.daemon(rules=self.rules, data=self.data)
        decided = self.client(daemon).ask(decide())
        daemon.stop()
        self.write(self.text.replace("2024-01-01", "2030-01-01"))
        client = self.client(self.daemon(rules=self.rules, data=self.data))
        self.assertRefused(client.ask(decide()), "no_covenant_in_force")
        replay = client.ask(envelope("replay", decision=decided["record"]["id"]))
        self.assertEqual(replay["replay"], {"outcome": "identical"})


class Start(WireTest):
    def run_daemon(self, *arguments):
        return subprocess.run([COVENANTD, *arguments], capture_output=True, text=True, timeout=30)

    def broken_rules(self):
        rules = self.own_rules()
        with open(os.path.join(rules, "veldstad/2024/covenant.yaml"), "a") as file:
            file.write("\nnonsense: 1\n")
        return rules

    def test_check(self):
        done = self.run_daemon("--check", RULES)
        self.assertEqual(done.returncode, 0, done)
        rules = self.broken_rules()
        done = self.run_daemon("--check", rules)
        self.assertEqual(done.returncode, 1, done)
        self.assertRegex(done.stdout, r"%s/veldstad/2024/covenant.yaml:\d+:1: error: .*nonsense" % rules)
        self.assertIn("^", done.stdout)
        self.assertNotEqual(self.run_daemon("--check", rules + "-not-there").returncode, 0)

    def test_broken_rules(self):
        done = self.run_daemon("--rules", self.broken_rules(), "--data", self.folder(), "--bind", "tcp://127.0.0.1:*")
        self.assertEqual(done.returncode, 65, done)
        self.assertIn("nonsense", done.stderr)
        self.assertEqual(done.stdout, "")

    def test_help_and_version(self):
        self.assertIn("--rules", self.run_daemon("--help").stdout)
        self.assertEqual(self.run_daemon("--help").returncode, 0)
        self.assertRegex(self.run_daemon("--version").stdout, r"^covenantd \d+\.\d+\.\d+\n$")

    def test_use(self):
        good = ["--rules", RULES, "--data", self.folder()]
        for arguments in ([], ["--rules", RULES], ["--data", "x"], good + ["extra"], good + ["--nonsense"],
                          good + ["--on", "2024-02-30"], good + ["--on", ""], good + ["--bind", "tcp://0.0.0.0:5740"],
                          good + ["--bind", "tcp://*:5740"], good + ["--bind", "tcp://192.168.1.1:5740"],
                          good + ["--bind", "ws://127.0.0.1:80"], good + ["--bind", "inproc://x"],
                          good + ["--bind", "tcp://127.0.0.1"], good + ["--bind", "tcp://127.0.0.1:99999"],
                          good + ["--bind", "ipc://"], good + ["--bind", "ipc://@name"],
                          good + ["--bind", "ipc:///" + "x" * 200], good + ["--local-roles", "king"],
                          good + ["--config", "/nowhere.yaml"], good + ["--rules"]):
            with self.subTest(arguments=arguments[4:]):
                done = self.run_daemon(*arguments)
                self.assertEqual(done.returncode, 64, done)
                self.assertTrue(done.stderr)

    def test_a_folder_that_cannot_be(self):
        file = os.path.join(self.folder(), "file")
        open(file, "w").close()
        for data in (file, file + "/below", "/proc/nothing/here"):
            done = self.run_daemon("--rules", RULES, "--data", data, "--bind", "tcp://127.0.0.1:*")
            self.assertEqual(done.returncode, 73, done)
            self.assertIn(data, done.stderr)

    def test_a_journal_that_is_none(self):
        data = self.folder()
        with open(os.path.join(data, "journal.db"), "w") as file:
            file.write("this is no database" * 1000)
        done = self.run_daemon("--rules", RULES, "--data", data, "--bind", "tcp://127.0.0.1:*")
        self.assertEqual(done.returncode, 74, done)

    def test_two_daemons_on_one_folder(self):
        data = os.path.join(self.folder(), "data")
        first = self.daemon(data=data)
        done = self.run_daemon("--rules", RULES, "--data", data, "--bind", "tcp://127.0.0.1:*")
        self.assertEqual(done.returncode, 73, done)
        self.assertIn("in use", done.stderr)
        self.assertAnswered(self.client(first).ask(decide()))

    def test_two_daemons_on_one_endpoint(self):
        for bind in ("tcp://127.0.0.1:*", "ipc://" + os.path.join(self.folder(), "socket")):
            first = self.daemon(bind=bind)
            done = self.run_daemon("--rules", RULES, "--data", self.folder(), "--bind", first.endpoint)
            self.assertEqual(done.returncode, 69, done)
            self.assertAnswered(self.client(first).ask(decide()))

    def test_an_ipc_socket_that_was_left_behind(self):
        bind = "ipc://" + os.path.join(self.folder(), "socket")
        self.daemon(bind=bind).kill()
        self.assertAnswered(self.client(self.daemon(bind=bind)).ask(decide()))

    def test_the_date_is_fixed_by_on(self):
        client = self.client(self.daemon(arguments=["--on", "2024-04-30"]))
        request = envelope("decide", case=new_case())
        self.assertEqual(client.ask(request)["decision"]["on"], "2024-04-30")
        self.assertEqual(client.ask(decide())["decision"]["on"], "2024-05-01")

    def test_config(self):
        folder = self.folder()
        path = os.path.join(folder, "covenantd.yaml")
        with open(path, "w") as file:
            file.write("local_roles: auditor\non: 2024-04-30\n")
        client = self.client(self.daemon(arguments=["--config", path]))
        self.assertRefused(client.ask(decide()), "forbidden")
        client = self.client(self.daemon(arguments=["--config", path, "--local-roles", "caller"]))
        self.assertEqual(client.ask(envelope("decide", case=new_case()))["decision"]["on"], "2024-04-30")
        with open(path, "w") as file:
            file.write("rulez: x\n")
        done = self.run_daemon("--config", path)
        self.assertEqual(done.returncode, 64, done)
        self.assertIn("rulez", done.stderr)

    def test_without_standard_streams(self):
        data = os.path.join(self.folder(), "data")
        bind = "ipc://" + os.path.join(self.folder(), "socket")
        command = 'exec "$0" --rules "$1" --data "$2" --bind "$3" <&- >&- 2>&-'
        process = subprocess.Popen(["/bin/sh", "-c", command, COVENANTD, RULES, data, bind])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        client = Client(bind)
        self.addCleanup(client.close)
        reply = self.assertAnswered(client.ask(decide()))
        process.terminate()
        self.assertEqual(process.wait(30), 0)
        client = self.client(self.daemon(data=data))
        self.assertEqual([record["id"] for record in self.records(client)], [reply["record"]["id"]])

    def test_the_journal_is_ours_alone(self):
        data = os.path.join(self.folder(), "data")
        self.daemon(data=data).stop()
        self.assertEqual(os.stat(data).st_mode & 0o777, 0o700)
        self.assertEqual(os.stat(os.path.join(data, "journal.db")).st_mode & 0o077, 0)


if __name__ == "__main__":
    unittest.main()
