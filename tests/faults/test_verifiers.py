#!/usr/bin/python3
"""Three verifiers that share no code say the same of every export, whole or tampered with: the daemon's own, Python
with openssl, and Go's x/mod. They must agree on the verdict and on the first record that is wrong.
"""
import hashlib
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import tampering

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD") or TOP / "build").absolute()
TOOL = BUILD / "tools" / "tiled_log"
FLIPS, CLEAN = (500, 50) if os.environ.get("SANITIZED") else (10_000, 1_000)
SEED = int(os.environ.get("COVENANT_SEED") or 1)
GO_PACKAGES = pathlib.Path("/usr/share/gocode")
TESSERA_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


def run(*command, **options):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)


def build_go(folder):
    """The Go verifier, or None where Debian's packages are not installed."""
    if not shutil.which("go") or not (GO_PACKAGES / "src/golang.org/x/mod/sumdb").is_dir():
        return None
    cache = {} if os.access(os.environ.get("HOME", "/nowhere"), os.W_OK) else {"GOCACHE": str(folder / "cache")}
    built = run("go", "build", "-o", folder / "verify-go", TOP / "clients/verify-go/verify.go",
                env={**os.environ, "GO111MODULE": "off", "GOPATH": str(GO_PACKAGES), "GOFLAGS": "", **cache})
    if built.returncode != 0:
        raise AssertionError(built.stderr)
    return folder / "verify-go"


# What is done to an export ------------------------------------------------------------------------------------------

def bundle_of(folder, index):
    """The path and the entries of a bundle, whole or partial."""
    path = next(path for path in (folder / "tile/entries").glob(f"{index:03d}*/*" if not (
        folder / f"tile/entries/{index:03d}").exists() else f"{index:03d}"))
    data, entries = path.read_bytes(), []
    while data:
        length = int.from_bytes(data[:2], "big")
        entries.append(data[2:2 + length])
        data = data[2 + length:]
    return path, entries


def write_bundle(path, entries):
    path.write_bytes(b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries))


def with_hashes(folder, index):
    """The tile of a bundle made to agree with what the bundle now holds: what an attacker would do."""
    path, entries = bundle_of(folder, index)
    tile = folder / "tile/0" / path.relative_to(folder / "tile/entries")
    tile.write_bytes(b"".join(hashlib.sha256(b"\0" + entry).digest() for entry in entries))


def change(folder, index, edit, agree=False):
    path, entries = bundle_of(folder, index)
    write_bundle(path, edit(entries))
    if agree:
        with_hashes(folder, index)


def swapped(entries):
    return entries[:3] + [entries[4], entries[3]] + entries[5:]


def altered(entries):
    return entries[:7] + [entries[7].replace(b'"local"', b'"owner"')] + entries[8:]


def wider(folder):
    """One record more behind the last, with its hash."""
    path, entries = bundle_of(folder, 2)
    path.unlink()
    longer = path.with_name(str(len(entries) + 1))
    write_bundle(longer, entries + entries[-1:])
    tile = folder / "tile/0/002.p" / path.name
    tile.rename(tile.with_name(longer.name))
    with_hashes(folder, 2)


def from_elsewhere(folder, other, *names):
    for name in names:
        shutil.copy(other / name, folder / name)


# (name, what is done, the first line expected); of a log of 600 records, with one of 400 beside it
ATTACKS = [
    ("a record changed", lambda f, o: change(f, 1, altered), "not valid: record 263"),
    ("a record changed, and its hash", lambda f, o: change(f, 1, altered, True), "not valid: records 256 to 511"),
    ("a record dropped in the middle", lambda f, o: change(f, 0, lambda e: e[:9] + e[10:]), "not valid: record 9"),
    ("a record dropped at the end of a bundle", lambda f, o: change(f, 0, lambda e: e[:-1]), "not valid: record 255"),
    ("the last record dropped", lambda f, o: change(f, 2, lambda e: e[:-1]), "not valid: record 599"),
    ("the last record dropped, and its hash", lambda f, o: change(f, 2, lambda e: e[:-1], True),
     "not valid: record 599"),
    ("two records swapped", lambda f, o: change(f, 0, swapped), "not valid: record 3"),
    ("two records swapped, and their hashes", lambda f, o: change(f, 0, swapped, True), "not valid: record 4"),
    ("a record twice", lambda f, o: change(f, 1, lambda e: e[:6] + e[5:]), "not valid: record 262"),
    ("a record inserted", lambda f, o: change(f, 1, lambda e: e[:6] + [b"{}"] + e[6:]), "not valid: record 262"),
    ("a record behind the last", lambda f, o: change(f, 2, lambda e: e + e[-1:]), "not valid: record 600"),
    ("a record behind the last in a wider file", lambda f, o: wider(f), "not valid: records 512 to 599"),
    ("a tile edited", lambda f, o: (f / "tile/0/001").write_bytes(bytes(8192)), "not valid: record 256"),
    ("a tile of tiles edited", lambda f, o: (f / "tile/1/000.p/2").write_bytes(bytes(64)),
     "not valid: records 0 to 255"),
    ("a bundle gone", lambda f, o: (f / "tile/entries/001").unlink(), "not valid: records 256 to 511"),
    ("a tile gone", lambda f, o: (f / "tile/0/000").unlink(), "not valid: records 0 to 255"),
    ("the checkpoint gone", lambda f, o: (f / "checkpoint").unlink(), "not valid: checkpoint"),
    ("an older checkpoint put back", lambda f, o: from_elsewhere(f, o, "checkpoint"),
     "not valid: records 0 to 255"),
    ("signed anew by another key", lambda f, o: run(TOOL, "resign", f, 2), "not valid: checkpoint"),
    ("changed and signed anew by another key",
     lambda f, o: (change(f, 2, altered, True), run(TOOL, "resign", f, 2)), "not valid: checkpoint"),
    ("unsigned", lambda f, o: (f / "checkpoint").write_text(
        (f / "checkpoint").read_text().split("\n\n")[0] + "\n"), "not valid: checkpoint"),
    ("changed within the last tile", lambda f, o: change(f, 2, altered, True),
     "not valid: records 0 to 599"),
]


# What the owner of the key can sign, and then nothing in the export contradicts: (name, what is done, the checkpoints
# that somebody kept, the first line expected); of the same two logs, signed again by their own key
HEADS = [
    ("grown since", lambda f, o: None, ("older",), "valid"),
    ("of now, and of an earlier size", lambda f, o: None, ("newer", "older", "empty"), "valid"),
    ("rolled back", lambda f, o: (shutil.rmtree(f), shutil.copytree(o, f)), ("newer",),
     "not valid: records 400 to 599"),
    ("the last record dropped", lambda f, o: change_last(f, lambda e: e[:-1]), ("newer",), "not valid: record 599"),
    ("a record changed", lambda f, o: change_last(f, altered), ("newer",), "not valid: records 0 to 599"),
    ("a record changed behind what was kept", lambda f, o: change_last(f, altered), ("older",), "valid"),
    ("two records swapped", lambda f, o: change_last(f, swapped), ("newer",), "not valid: record 516"),
    ("a fork: other records behind the same head", lambda f, o: change_last(f, lambda e: e[:-1] + [e[-1].replace(
        b"local", b"owner")]), ("older", "newer"), "not valid: records 0 to 599"),
    ("of another log", lambda f, o: None, ("elsewhere",), "not valid: head"),
    ("unsigned", lambda f, o: None, ("unsigned",), "not valid: head"),
]


def change_last(folder, edit):
    """The last bundle edited, its tile made to agree, and the checkpoint signed again by the log's own key."""
    path, entries = bundle_of(folder, 2)
    changed = edit(entries)
    with_hashes_of(folder, path, changed)
    run(TOOL, "resign", folder, 1)


def with_hashes_of(folder, path, entries):
    """A partial bundle of other entries, and its tile, in place of what was there."""
    for kind in ("entries", "0"):
        shutil.rmtree(folder / "tile" / kind / "002.p")
        (folder / "tile" / kind / "002.p").mkdir()
    path = path.with_name(str(len(entries)))
    write_bundle(path, entries)
    with_hashes(folder, 2)


class Verifiers(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.assertTrue(TOOL.exists(), f"{TOOL} is not built")
        self.go = build_go(self.folder)
        if not self.go:
            print("SKIPPED: the Go verifier: golang-go and golang-golang-x-mod-dev are not installed")

    def make(self, name, size, *more):
        made = run(TOOL, "make", self.folder / name, size, *more)
        self.assertEqual(made.returncode, 0, made.stderr)
        return self.folder / name, made.stdout.strip()

    def verdict(self, folder, vkey=None, any_leaves=False, heads=(), silent=None):
        """The first line, on which all agree; and on the day without a record, if any."""
        python = [sys.executable, TOP / "clients/verify-python/verify.py"]
        options = [*["--any-leaves"] * any_leaves, *(part for head in heads for part in ("--head", head))]
        answers = {"daemon": run(TOOL, "verify", *options, folder, *[vkey] * bool(vkey)),
                   "python": run(*python, *options, *["--vkey", vkey] * bool(vkey), folder)}
        if self.go:
            answers["go"] = run(self.go, *options, *["--vkey", vkey] * bool(vkey), folder)
        told = {name: (answer.stdout.partition("\n")[0], answer.returncode) for name, answer in answers.items()}
        for name, answer in answers.items():
            self.assertEqual(re.findall("^no record on (.*)$", answer.stdout, re.M), [silent] * bool(silent), name)
        whole = "\n".join(f"{name}: {answer.stdout}{answer.stderr}" for name, answer in answers.items())
        self.assertEqual(len(set(told.values())), 1, whole)
        line, code = told["daemon"]
        self.assertEqual(code, {"valid": 0, "unanchored": 3}.get(line, 2), whole)
        return line

    def test_clean_exports(self):
        for size in (0, 1, 2, 255, 256, 257, 511, 512, 600, 66000):
            folder, vkey = self.make(f"clean-{size}", size)
            self.assertEqual(self.verdict(folder, vkey), "valid", size)
            self.assertEqual(self.verdict(folder), "unanchored", size)

    def test_attacks(self):
        (whole, vkey), (other, _) = self.make("whole", 600), self.make("other", 400)
        for number, (name, attack, expected) in enumerate(ATTACKS):
            with self.subTest(name):
                folder = self.folder / f"attack-{number}"
                shutil.copytree(whole, folder)
                attack(folder, other)
                self.assertEqual(self.verdict(folder, vkey), expected)
        self.assertEqual(self.verdict(whole, vkey), "valid")
        print(f"{len(ATTACKS)} structural attacks, each found by all, the same record named")

    def test_kept_heads(self):
        (whole, vkey), (other, _) = self.make("whole", 600), self.make("other", 400)
        for name, size, *origin in (("newer", 600), ("older", 400), ("empty", 0), ("elsewhere", 5, "covenant.example/x")):
            kept, _ = self.make(f"kept-{name}", size, *origin)
            shutil.copy(kept / "checkpoint", self.folder / name)
        (self.folder / "unsigned").write_text("covenant.example/almere/2026\n0\n\n")
        for number, (name, attack, heads, expected) in enumerate(HEADS):
            with self.subTest(name):
                folder = self.folder / f"head-{number}"
                shutil.copytree(whole, folder)
                attack(folder, other)
                self.assertEqual(self.verdict(folder, vkey, heads=[self.folder / head for head in heads]), expected)
        print(f"{len(HEADS)} logs that agree with themselves, told by the heads that were kept")

    def test_a_day_without_a_record(self):
        folder, vkey = self.make("silent", 60, "covenant.example/almere/2026", 30)
        self.assertEqual(self.verdict(folder, vkey, silent="2026-01-11"), "valid")

    def test_bit_flips(self):
        """A sample, by all three."""
        whole, vkey = self.make("whole", 600)
        files = sorted(path for path in whole.rglob("*") if path.is_file())
        chance = random.Random(SEED)
        for _ in range(60):
            path = chance.choice(files)
            data = path.read_bytes()
            at, bit = chance.randrange(len(data)), chance.randrange(8)
            path.write_bytes(data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1:])
            line = self.verdict(whole, vkey)
            self.assertRegex(line, "^not valid: ", f"{path} byte {at} bit {bit}")
            named = "checkpoint" if path.name == "checkpoint" else "record"
            self.assertIn(named, line, f"{path} byte {at} bit {bit}")
            path.write_bytes(data)
        print("60 bit flips, each found by all three")

    def test_many_bit_flips(self):
        print(f"{tampering.flips(FLIPS, SEED, self.folder)} bit flips in exports, each found by the C verifier,"
              " the first bad record named")

    def test_many_clean_exports(self):
        print(f"{tampering.clean(CLEAN, SEED, self.folder)} clean exports, no false alarm")

    def test_log_of_others(self):
        shared = pathlib.Path(os.environ.get("COVENANT_SHARED") or TOP / "../shared")
        log = shared / "vectors/tessera/testdata/log"
        if not log.is_dir():
            print(f"SKIPPED: {log} is not there")
            return
        self.assertEqual(self.verdict(log, TESSERA_KEY, any_leaves=True), "valid")
        for size in range(16):  # as it was at that size
            folder = self.folder / f"tessera-{size}"
            for name in ("checkpoint", *(f"tile/{kind}/000.p/{size}" for kind in ("0", "entries") if size)):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(log / (f"checkpoint.{size}" if name == "checkpoint" else name), folder / name)
            self.assertEqual(self.verdict(folder, TESSERA_KEY, any_leaves=True), "valid", size)

    def test_readme(self):
        """The examples of both READMEs, their console lines in order."""
        folder, vkey = self.make("almere-2026", 600)
        for name in ("verify-python", "verify-go"):
            if name == "verify-go" and not self.go:
                continue
            text = (TOP / "clients" / name / "README.md").read_text()
            block = re.search(r"((?:    .*\n)+)", text)[1]
            lines = [line[4:] for line in block.splitlines()]
            command = [line[2:] for line in lines if line.startswith("$ ")][-1]
            expected = [line for line in lines if not line.startswith("$ ")]
            command = command.replace("clients/", f"{TOP}/clients/")
            answer = run("sh", "-c", command, cwd=self.folder, env={**os.environ, "VKEY": vkey})
            self.assertEqual(answer.stdout.splitlines(), expected, answer.stderr)


if __name__ == "__main__":
    unittest.main()
