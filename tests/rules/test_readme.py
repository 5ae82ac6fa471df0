"""rules/README.md is true: its tutorial is followed step by step, and prints what it says; its reference names every key;
and what it says of the covenants is what `covenant basis` makes of them.

In the tutorial, `yaml file=PATH` is a file to write (`append=true`: at its end), `console` holds commands after `$` and
what they print, where `...` is any lines. Everything happens in a folder of the test's own.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

import yaml

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(TOP / "tests" / "wire"), str(TOP / "tests" / "readme")]

from harness import BUILD, WireTest  # noqa: E402
from test_readme import blocks, matches  # noqa: E402

README = TOP / "rules" / "README.md"
COVENANT = os.path.join(BUILD, "covenant")
BASIS = ["basis", "rules", "--lang", "en"]


def commands(text):
    """[(command, the lines it prints)]; a command goes on on lines that begin with `>`."""
    pairs = []
    for line in text.splitlines():
        if line.startswith("$ "):
            pairs.append((line[2:], []))
        elif line.startswith("> ") and not pairs[-1][1]:
            pairs[-1] = (pairs[-1][0] + "\n" + line[2:], [])
        else:
            pairs[-1][1].append(line)
    return pairs


class Tutorial(WireTest):
    def setUp(self):
        self.work = pathlib.Path(self.folder())
        (self.work / "build").symlink_to(BUILD)
        (self.work / "rules").symlink_to(TOP / "rules")
        daemon = self.daemon(rules=str(TOP / "rules"))
        self.environment = {**os.environ, "COVENANT_CONNECT": daemon.endpoint}

    def write(self, line, words, text):
        """A file as the block has it; nothing that an earlier step wrote is lost."""
        values = dict(word.split("=", 1) for word in words)
        self.assertLessEqual(set(values), {"file", "append"}, f"README.md:{line}")
        path = self.work / values["file"]
        append = values.get("append") == "true"
        self.assertEqual(path.exists(), append, f"README.md:{line}: {values['file']}")
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "a" if append else "x", encoding="utf-8") as file:
            file.write(text + "\n")
        return path.relative_to(self.work).as_posix()

    def run_commands(self, line, text):
        for command, expected in commands(text):
            done = subprocess.run(["bash", "-c", command], cwd=self.work, env=self.environment, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, timeout=60)
            self.assertTrue(matches(expected, done.stdout.splitlines()),
                            f"README.md:{line}: `{command}` printed\n{done.stdout}\nand README.md has\n" + "\n".join(expected))

    def test_step_by_step(self):
        told, written, ran, page = "", [], 0, README.read_text(encoding="utf-8").splitlines()
        for kind, text, line in blocks(README):
            words = kind.split()
            if words and words[0] == "yaml" and len(words) > 1:
                told = "\n".join(page[:line])
                path = self.write(line, words[1:], text)
                self.assertTrue(f"`{path}`" in told, f"README.md:{line}: which file is this?")
                written.append(path)
            elif kind == "console":
                self.run_commands(line, text)
                ran += len(commands(text))
            else:
                self.assertEqual(kind, "yaml", f"README.md:{line}: nothing tries a block of this kind")
        self.assertGreaterEqual(len(set(written)), 5)
        self.assertGreaterEqual(ran, 10)
        done = subprocess.run([COVENANT, "check", "my-rules"], cwd=self.work, stdout=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)


class Reference(WireTest):
    def keys(self, schema):
        """Every key of the files, wherever it stands in the schema."""
        found = set()
        if isinstance(schema, dict):
            if isinstance(schema.get("properties"), dict):
                found |= set(schema["properties"])
            for name, part in schema.items():
                if name != "examples":
                    found |= self.keys(part)
        elif isinstance(schema, list):
            for part in schema:
                found |= self.keys(part)
        return found

    def test_every_key_is_described(self):
        page = README.read_text(encoding="utf-8")
        reference = page[page.index("\n## Reference\n"):]
        reference = reference[:reference.index("\n## ", 1)]
        prose = re.sub(r"```.*?```", "", reference, flags=re.S)
        named = set(re.findall(r"[a-z][a-z0-9_]*", " ".join(re.findall(r"`([^`]+)`", prose))))
        for name in ("covenant", "vocabulary", "calendar", "law", "retention", "example"):
            with open(TOP / "schemas" / f"{name}.json", encoding="utf-8") as file:
                keys = self.keys(json.load(file))
            self.assertGreater(len(keys), 2)
            self.assertEqual(sorted(keys - named), [], f"keys of {name} that the reference does not name")

    def test_links_lead_somewhere(self):
        page = re.sub(r"```.*?```", "", README.read_text(encoding="utf-8"), flags=re.S)
        anchors = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")
                   for heading in re.findall(r"(?m)^#+ (.*)$", page)}
        for target in re.findall(r"\]\(([^)]+)\)", page):
            if target.startswith("#"):
                self.assertIn(target[1:], anchors)
            elif "://" not in target:
                self.assertTrue((README.parent / target).exists(), target)


class Basis(WireTest):
    def covenant(self, *arguments):
        return subprocess.run([COVENANT, *arguments], cwd=TOP, capture_output=True, text=True, timeout=60)

    def test_is_what_the_files_say(self):
        page = README.read_text(encoding="utf-8")
        line = f"<!-- made by: covenant {' '.join(BASIS)} --write rules/README.md -->\n"
        self.assertIn(line, page)
        stands = page[page.index(line) + len(line):page.index("<!-- end: covenant basis -->\n")]
        done = self.covenant(*BASIS)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(stands.strip(), done.stdout.strip(),
                         f"to write it anew: build/covenant {' '.join(BASIS)} --write rules/README.md")

    def test_nothing_is_lost(self):
        """Every rule of every file is agreed, by law, assumed or open; what is assumed is what `check` lists."""
        basis = json.loads(self.covenant("basis", "--json").stdout)
        done = self.covenant("check")
        listed = {tuple(name.split()): set(rest.split(", ")) for name, rest in
                  re.findall(r"(?m)^(\S+ \S+) rests on assumptions: (.*)$", re.sub(r"\n    +", " ", done.stdout))}
        self.assertEqual({(item["region"], item["version"]) for item in basis}, set(listed))
        self.assertGreaterEqual(len({item["region"] for item in basis}), 9)
        for item in basis:
            path = TOP / "rules" / item["region"] / item["version"] / "covenant.yaml"
            with open(path, encoding="utf-8") as file:
                document = yaml.load(file, yaml.BaseLoader)
            told = {rule["rule"] for part in ("agreed", "by_law", "assumed", "open") for rule in item[part]}
            for requirement in document.get("eligibility", {}).get("requirements", []):
                self.assertIn(requirement["id"], told)
            self.assertEqual([rule["rule"] for rule in item["open"]], [rule["id"] for rule in document.get("silent", [])])
            if "based_on" in item:
                continue  # of those only what it writes itself
            assumed = set()
            for rule in item["assumed"]:
                for key in rule.get("keys", [None]):
                    assumed.add(rule["rule"] if key is None else key if key == "ongoing_cases" else f"{rule['rule']}.{key}")
            whole = {name for name in listed[item["region"], item["version"]]
                     if "." not in name or name.split(".")[0] not in assumed}
            self.assertEqual(assumed, whole, item["region"])

    def test_of_one_region(self):
        done = self.covenant("basis", "--region", "almere", "--lang", "en")
        self.assertEqual(re.findall(r"(?m)^### (.*)$", done.stdout),
                         ["Almere, 2021: At home in the neighbourhood", "Almere, 2022: At home in the neighbourhood"])
        self.assertIn("- `K6a.require`: There were several evaluations\n", done.stdout)
        self.assertIn("- `O3`: How many evaluations are several is written nowhere (article)\n", done.stdout)
        done = self.covenant("basis", "--region", "atlantis")
        self.assertEqual((done.returncode, done.stderr), (64, "covenant: there is no region `atlantis` in `rules`\n"))
        self.assertEqual(self.covenant("basis", "/no/such/folder").returncode, 66)

    def test_written_where_the_marks_are(self):
        page = pathlib.Path(self.folder()) / "page.md"
        page.write_text("before\n<!-- made by: covenant basis -->\nold\n<!-- end: covenant basis -->\nafter\n", encoding="utf-8")
        done = self.covenant("basis", "--region", "almere", "--write", str(page))
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        text = page.read_text(encoding="utf-8")
        self.assertTrue(text.startswith(f"before\n<!-- made by: covenant basis rules --region almere --write {page} -->\n\n### Almere"))
        self.assertTrue(text.endswith("\n\n<!-- end: covenant basis -->\nafter\n"))
        self.assertNotIn("old\n", text)


if __name__ == "__main__":
    import unittest
    unittest.main()
