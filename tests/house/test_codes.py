#!/usr/bin/python3
"""The codes of findings: those that the checks use are those that `covenant explain` knows, and none other."""
import pathlib
import re
import unittest

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
NAME = r'"([a-z]+(?:_[a-z]+)*)"'


def table():
    text = (TOP / "daemon/covenant/code.c").read_text(encoding="utf-8")
    return re.findall(r"^    \{" + NAME, text, re.M)


def sources():
    for path in sorted((TOP / "daemon").rglob("*.[ch]")):
        if path.name not in ("code.c", "words.c"):
            yield path, path.read_text(encoding="utf-8")


def arguments(text, start):
    """The arguments of the call whose parenthesis opens at `start`, split at its own commas."""
    parts, depth, quoted, begin, at = [], 0, False, start + 1, start
    while at < len(text):
        byte = text[at]
        if quoted:
            at += byte == "\\"
            quoted = byte != '"'
        elif byte == '"':
            quoted = True
        elif byte in "([{":
            depth += 1
        elif byte in ")]}":
            depth -= 1
            if depth == 0:
                return parts + [text[begin:at]]
        elif byte == "," and depth == 1:
            parts.append(text[begin:at])
            begin = at + 1
        at += 1
    return parts


def reporters(text):
    """Functions with a parameter `const char *code`: their names and which parameter it is."""
    for found in re.finditer(r"\b(\w+)\(([^()]*const char \*code\b[^()]*)\)", text):
        parameters = [part.strip() for part in found.group(2).split(",")]
        yield found.group(1), parameters.index("const char *code")


def used():
    """Every code that stands in a call that reports, or is given to a variable called `code`."""
    everywhere = {name: at for path, text in sources() if path.suffix == ".h" for name, at in reporters(text)}
    codes = {}
    for path, text in sources():
        known = dict(everywhere)
        known.update(reporters(text))
        for name, at in known.items():
            for call in re.finditer(r"\b" + name + r"\(", text):
                given = arguments(text, call.end() - 1)
                for code in re.findall(NAME, given[at]) if len(given) > at else []:
                    codes.setdefault(code, str(path.relative_to(TOP)))
        for code in re.findall(r"\bcode(?:_\w+)?(?:\[\])? = " + NAME, text):
            codes.setdefault(code, str(path.relative_to(TOP)))
    return codes


class Codes(unittest.TestCase):
    def test_what_is_used_is_explained(self):
        unexplained = {code: path for code, path in used().items() if code not in table()}
        self.assertEqual(unexplained, {}, "add them to daemon/covenant/code.c")

    def test_what_is_explained_is_used(self):
        text = "".join(text for _, text in sources())
        unused = [code for code in table() if f'"{code}"' not in text]
        self.assertEqual(unused, [], "no check gives these codes: remove them from daemon/covenant/code.c")

    def test_refused_rules_are_explained(self):
        """The codes in the expectations of tests/reject, whichever way they came about."""
        told = set()
        for path in (TOP / "tests/reject").glob("*.txt"):
            told.update(re.findall(r"(?:error|warning): .*\[([a-z_]+)\]$", path.read_text(encoding="utf-8"), re.M))
        self.assertEqual(sorted(told - set(table())), [])
        self.assertGreater(len(told), 20)

    def test_sorted(self):
        self.assertEqual(table(), sorted(set(table())))

    def test_finds_them(self):
        """The search itself: a code in each of the ways in which one is given."""
        self.assertEqual(arguments('f(a, "x, y", g(b, c), "d")', 1), ["a", ' "x, y"', " g(b, c)", ' "d"'])
        self.assertGreater(len(used()), 50)


if __name__ == "__main__":
    unittest.main()
