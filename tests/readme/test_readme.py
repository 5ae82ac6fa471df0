"""Every command of README.md is run, in the order in which it stands there, and prints what README.md says it does.

Blocks: `sh install` are the command lines for a bare machine (apt-get and sudo are replaced by something that writes
down how it was called); `sh serve` starts the daemon; `console` holds commands after `$` and what they print, where
`...` is any number of lines; `python` is a program, and `text` after it what it prints. Ids, times and ports differ
from run to run and are compared as such.
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD") or TOP / "build").absolute()
DEFAULT_ENDPOINT = "tcp://127.0.0.1:5740"
MARK = "\x1e"


def blocks(path):
    """(kind, text, line) of each fenced block."""
    found, kind, lines, began = [], None, [], 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("```") and kind is None:
            kind, lines, began = line[3:].strip(), [], number
        elif line.startswith("```"):
            found.append((kind, "\n".join(lines), began))
            kind = None
        elif kind is not None:
            lines.append(line)
    return found


def commands(text):
    """[(command, the lines it prints)] of a console block."""
    pairs = []
    for line in text.splitlines():
        if line.startswith("$ "):
            pairs.append((line[2:], []))
        else:
            pairs[-1][1].append(line)
    return pairs


def plain(text):
    """What differs from run to run, by its kind."""
    text = re.sub(r"\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b", "<id>", text)
    return re.sub(r"sha256:[0-9a-f]{64}", "<digest>", text)


def matches(expected, printed):
    """Whether the lines are as expected, `...` being any lines."""
    pattern = "".join(r"(?:.*\n)*" if line == "..." else re.escape(line) + r"\n" for line in map(plain, expected))
    return re.fullmatch(pattern, plain("".join(line.rstrip() + "\n" for line in printed))) is not None


class Readme(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.work = self.folder / "work"
        self.work.mkdir()
        for name in ("Makefile", ".ci", "daemon", "clients", "tests", "schemas"):
            (self.work / name).symlink_to(TOP / name)
        shutil.copytree(TOP / "rules", self.work / "rules")  # the commands copy and change it
        (self.work / "build").symlink_to(BUILD)
        self.environment = {**os.environ, "BUILD": str(BUILD)}
        self.blocks = blocks(TOP / "README.md")

    def of_kind(self, kind):
        found = [(text, line) for name, text, line in self.blocks if name == kind]
        self.assertTrue(found, f"README.md has no block `{kind}`")
        return found

    def test_every_block_is_of_a_known_kind(self):
        kinds = {"sh install", "sh serve", "console", "python", "text"}
        for kind, _, line in self.blocks:
            self.assertIn(kind, kinds, f"README.md:{line}: nothing runs a block of this kind")

    def tools_that_tell(self, *names):
        """A folder of commands that write down how they were called, and then run it when they are sudo."""
        tools = self.folder / "tools"
        tools.mkdir(exist_ok=True)
        for name in names:
            tool = tools / name
            follow = 'exec "$@"\n' if name == "sudo" else "exit 0\n"
            tool.write_text(f'#!/bin/sh\necho "{name} $*" >>"{self.folder}/called"\n{follow}', encoding="utf-8")
            tool.chmod(0o755)
        return {**self.environment, "PATH": f"{tools}:{os.environ['PATH']}"}

    def test_install_lines(self):
        lines = [text for text, _ in self.of_kind("sh install")]
        for target in ("demo", "test"):
            for sudo in ("sudo ", ""):
                self.assertIn(f"{sudo}apt-get update && {sudo}apt-get install -y make && make {target}", lines)
        for line in lines:
            (self.folder / "called").unlink(missing_ok=True)
            done = subprocess.run(["bash", "-c", line], cwd=self.work, capture_output=True, text=True,
                                  env=self.tools_that_tell("sudo", "apt-get", "make"))
            self.assertEqual(done.returncode, 0, done.stderr)
            called = (self.folder / "called").read_text(encoding="utf-8").splitlines()
            self.assertEqual([call for call in called if not call.startswith("sudo")],
                             ["apt-get update", "apt-get install -y make", f"make {line.split()[-1]}"])

    def test_demo(self):
        done = subprocess.run(["make", "--no-print-directory", "demo"], cwd=self.work, env=self.environment,
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for line in ("Toelating: toelaatbaar", "soort: decision", "identiek: dezelfde beslissing, byte voor byte"):
            self.assertIn(line, done.stdout.splitlines())
        left = [path for path in pathlib.Path(tempfile.gettempdir()).iterdir()
                if path != self.folder and path.name.startswith("tmp.")]
        self.assertEqual(left, [], "the demonstration left something behind")

    def serve(self):
        """README.md's own command, on a free port and with its data here."""
        (text, _), = self.of_kind("sh serve")
        environment = {**self.environment, "BIND": "tcp://127.0.0.1:*", "DATA": str(self.folder / "data")}
        log = open(self.folder / "serving", "w+b")
        self.addCleanup(log.close)
        daemon = subprocess.Popen(["bash", "-c", text], cwd=self.work, env=environment, stdout=log,
                                  stderr=subprocess.STDOUT, start_new_session=True)
        self.addCleanup(daemon.wait)
        self.addCleanup(os.killpg, daemon.pid, signal.SIGTERM)
        ends = time.monotonic() + 60
        while time.monotonic() < ends and daemon.poll() is None:
            found = re.search(r"^serving (\S+)$", (self.folder / "serving").read_text(encoding="utf-8"), re.M)
            if found:
                return found.group(1)
            time.sleep(0.05)
        self.fail("`make run` does not serve:\n" + (self.folder / "serving").read_text(encoding="utf-8"))

    def run_console(self, line, text, environment):
        """One shell for all commands of a block."""
        pairs = commands(text)
        script = "".join(f"{command}\n{{ code=$?; printf '{MARK}\\n'; (exit $code); }} 2>/dev/null\n"
                         for command, _ in pairs)
        script = script.replace("/tmp/my-rules", str(self.folder / "my-rules"))
        done = subprocess.run(["bash", "-c", script], cwd=self.work, env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        printed = done.stdout.replace(str(self.folder / "my-rules"), "/tmp/my-rules").split(MARK + "\n")
        for (command, expected), output in zip(pairs, printed):
            self.assertTrue(matches(expected, output.splitlines()),
                            f"README.md:{line}: `{command}` printed\n{output}\nand README.md has\n" + "\n".join(expected))

    def run_python(self, line, text, expected, endpoint):
        self.assertIn(DEFAULT_ENDPOINT, text)
        done = subprocess.run([sys.executable, "-c", text.replace(DEFAULT_ENDPOINT, endpoint)], cwd=self.work,
                              env=self.environment, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(matches(expected.splitlines(), done.stdout.splitlines()),
                        f"README.md:{line}: the program printed\n{done.stdout}")

    def test_as_written(self):
        endpoint = self.serve()
        environment = {**self.environment, "COVENANT_CONNECT": endpoint}
        program, ran = None, 0
        for kind, text, line in self.blocks:
            if kind == "console":
                self.run_console(line, text, environment)
                ran += len(commands(text))
            elif kind == "python":
                program = (line, text)
            elif kind == "text":
                self.assertIsNotNone(program, f"README.md:{line}: what prints this?")
                self.run_python(*program, text, endpoint)
                program, ran = None, ran + 1
        self.assertIsNone(program, "a program without what it prints")
        self.assertGreaterEqual(ran, 8)


if __name__ == "__main__":
    unittest.main()
