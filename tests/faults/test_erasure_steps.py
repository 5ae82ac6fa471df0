"""kill -9 at every step of an erasure: at each of its calls that write, sync, cut, rename or remove, and at the exec with
which it ends. After the next start either it never was and the case is whole, or it is carried out to its end.
"""
import os
import pathlib
import shutil
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / "tests/wire"))
import erasures
from harness import Client, Daemon, decide, envelope
from shim import Shim

ARGUMENTS = ["--local-roles", "all"]
EACH = 5 if os.environ.get("SANITIZED") else 1  # under the sanitizers every fifth step
STEPS_MAX = 500


class Steps:
    def __init__(self, folder):
        self.data = os.path.join(folder, "data")
        self.patterns = os.path.join(folder, "patterns")
        self.shim = Shim(self.data)
        self.daemon = None
        self.never = self.finished = 0

    def start(self, arguments=()):
        self.daemon = Daemon(self.data, arguments=[*ARGUMENTS, *arguments], environment=self.shim.environment())
        self.client = Client(self.daemon.endpoint)

    def end(self):
        self.client.close()
        self.daemon.stop()
        self.daemon.close()

    def ask(self, *message, **members):
        return self.client.ask(envelope(*message, **members))

    def left(self, secrets):
        """Of the secrets, what is in the data folder."""
        with open(self.patterns, "w", encoding="utf-8") as patterns:
            patterns.write("".join(line + "\n" for line in secrets))
        return erasures.scan(self.patterns, [self.data])[0]

    def whole(self, reply):
        told = self.ask("record", decision=reply["record"]["id"])
        assert told["ok"] and told["record"]["decision"] == reply["decision"], told
        assert self.ask("replay", decision=reply["record"]["id"])["replay"] == {"outcome": "identical"}

    def gone(self, reply, secrets):
        told = self.ask("record", decision=reply["record"]["id"])
        assert told["ok"] and "decision" not in told["record"], told
        assert self.ask("replay", decision=reply["record"]["id"])["replay"] == {"outcome": "erased"}
        assert not self.left(secrets), self.left(secrets)

    def killed_at(self, step, kept):
        """One erasure, killed at that step: False when it has fewer."""
        name = "veld-%d" % step
        reply = self.client.ask(decide(name))
        secrets = erasures.secrets_of(self.data)[reply["record"]["id"]][1]
        assert {line.split()[0].split(":")[1] for line in self.left(secrets)} == set(erasures.SEALED)
        request = envelope("erase", case=name, region="veldstad", ground="avg-17")
        while self.began_anew():
            pass  # it did, after the erasure before this one
        self.shim.strike(step, "kill")
        once = Client(self.daemon.endpoint)
        once.send(request)
        while self.daemon.process.poll() is None and not self.began_anew():
            time.sleep(0.01)
        once.close()
        self.shim.set(at=0)
        if not self.shim.happened:  # it serves again: the erasure has fewer steps
            assert self.client.ask(request)["ok"]
            self.gone(reply, secrets)
            return False
        self.client.close()
        self.daemon.close()
        self.shim.relent()
        self.start()
        headings = self.ask("history", region="veldstad", limit=1000)["history"]["records"]
        if headings[-1]["kind"] == "erasure":
            self.finished += 1
            self.gone(reply, secrets)
        else:
            self.never += 1
            assert headings[-1]["id"] == reply["record"]["id"], headings[-1]
            self.whole(reply)
        answer = self.client.ask(request)
        assert answer["ok"] and answer["erase"]["records"][-1]["index"] == reply["record"]["index"], answer
        self.gone(reply, secrets)
        self.whole(kept)
        return True

    def began_anew(self):
        """Has it said `serving` again?"""
        os.set_blocking(self.daemon.process.stdout.fileno(), False)
        line = self.daemon.process.stdout.readline()
        os.set_blocking(self.daemon.process.stdout.fileno(), True)
        return bool(line)


def test_killed_at_every_step():
    with tempfile.TemporaryDirectory() as folder:
        steps = Steps(folder)
        steps.start()
        kept = steps.client.ask(decide("kept"))
        erased = steps.client.ask(decide("older"))
        steps.end()
        older = os.path.join(folder, "older.db")
        shutil.copy(os.path.join(steps.data, "journal.db"), older)
        steps.start()
        step = 1
        while steps.killed_at(step, kept):
            step += EACH
            assert step < STEPS_MAX, "an erasure has no end of steps"
        assert steps.never and steps.finished, (steps.never, steps.finished)
        assert steps.client.ask(envelope("erase", case="older", region="veldstad", ground="avg-17"))["ok"]
        steps.end()
        # An older copy of the journal, with the case, does not bring it back.
        shutil.copy(older, os.path.join(steps.data, "journal.db"))
        steps.start(["--continue-after-restore"])
        steps.whole(kept)
        told = steps.ask("record", decision=erased["record"]["id"])
        assert told["ok"] and "decision" not in told["record"], told
        steps.end()
        steps.shim.close()
    print(f"killed at each of {step - 1} steps of an erasure: {steps.never} times it never was and the case was whole, "
          f"{steps.finished} times the start finished it")
