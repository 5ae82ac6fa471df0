"""An independent validator agrees with the daemon about the shape of every rule file: those of rules/, the good covenant
of tests/reject, and each mistake there, which is one of shape or is none."""
import json
import pathlib
import re
import unittest

try:
    import jsonschema
    import yaml
except ImportError:
    jsonschema = yaml = None

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
GOOD = TOP / "tests/reject/good"
# Findings that a schema gives as well. Who reads only shapes cannot know names, types and what the law says.
OF_SHAPE = {"unknown_key", "missing_key", "wrong_kind", "excluding_keys", "unknown_choice", "wrong_name", "wrong_term",
            "empty_list", "wrong_indentation", "ambiguous_scalar", "wrong_date", "no_value", "comma_in_braces"}
# What a schema cannot tell: a day that no month has, hours where days are due, another folder's file; and scalars that
# its reader of YAML takes for one thing although others do not (`010`, `12:30`, `1_000`). A file that belongs nowhere
# has no schema.
BEYOND_SCHEMAS = {"date_impossible", "term_hours_for_days", "functions_elsewhere", "holiday_impossible",
                  "octal_for_number", "time_for_text", "separator_in_literal", "file_unexpected"}


def loader():
    """YAML 1.2's core schema, as editors read it: dates, `yes` and `no` are text."""

    class Core(yaml.SafeLoader):
        yaml_implicit_resolvers = {}

    for tag, pattern, first in [
            ("bool", r"^(true|True|TRUE|false|False|FALSE)$", "tTfF"),
            ("int", r"^([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", "-+0123456789"),
            ("float", r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", "-+.0123456789"),
            ("null", r"^(~|null|Null|NULL|)$", ["~", "n", "N", ""])]:
        Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))
    return Core


def schema_of(path):
    name = pathlib.PurePosixPath(path).stem
    name = name if name in ("covenant", "vocabulary", "calendar", "law", "retention") else "example"
    return json.loads((TOP / f"schemas/{name}.json").read_text(encoding="utf-8"))


def errors_of(path, text):
    """What is wrong with a rule file's shape; None when it is no YAML at all."""
    try:
        value = yaml.load(text, loader())
    except (yaml.YAMLError, ValueError):
        return None
    found = jsonschema.Draft7Validator(schema_of(path)).iter_errors(value)
    return [f"{path}: {'/'.join(map(str, error.path))}: {error.message[:200]}" for error in found]


def patched(mistake):
    """The files of one mistake, and the codes of its findings; the format is told in tests/unit/test_reject.c."""
    files = {str(path.relative_to(GOOD)): path.read_text(encoding="utf-8") for path in GOOD.rglob("*.yaml")}
    changed, codes, path, before, after = set(), set(), "demo/1/covenant.yaml", [], []

    def apply():
        if before or after:
            old, new = "".join(before), "".join(after)
            files[path] = files[path].replace(old, new, 1) if old else new + files[path]
            changed.add(path)
            before.clear()
            after.clear()

    for line in mistake.read_text(encoding="utf-8").splitlines():
        kind, rest = line[:1], line[1:]
        if kind != "+" and (kind != "-" or after):
            apply()
        if kind == "@":
            word, _, name = rest.strip().partition(" ")
            path = name if word in ("new", "drop") else rest.strip()
            if word == "new":
                files[path] = ""
            elif word == "drop":
                files.pop(path, None)
        elif kind == "-":
            before.append(rest + "\n")
        elif kind == "+":
            after.append(re.sub(r"\\x([0-9A-F]{2})", lambda found: chr(int(found.group(1), 16)),
                                rest.replace("\\t", "\t")) + "\n")
        elif kind == "=":
            codes.add(re.search(r"\[(\w+)\]$", rest).group(1))
    apply()
    return {name: files[name] for name in changed if name.endswith(".yaml")}, codes


@unittest.skipUnless(yaml, "SKIPPED: python3-yaml and python3-jsonschema are not installed")
class RuleFiles(unittest.TestCase):
    maxDiff = None

    def test_schemas_are_schemas(self):
        for path in sorted((TOP / "schemas").glob("*.json")):
            jsonschema.Draft7Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))

    def test_good_files(self):
        paths = sorted(GOOD.rglob("*.yaml")) + sorted((TOP / "rules").rglob("*.yaml"))
        self.assertGreater(len(paths), 6)
        for path in paths:
            name = str(path.relative_to(TOP))
            self.assertEqual(errors_of(name, path.read_text(encoding="utf-8")), [], name)

    def test_mistakes(self):
        wrong, shapes = [], 0
        for mistake in sorted((TOP / "tests/reject").glob("*.txt")):
            files, codes = patched(mistake)
            found = [errors_of(name, text) for name, text in sorted(files.items())]
            if mistake.stem in BEYOND_SCHEMAS or None in found or any(code.startswith("yaml_") for code in codes):
                continue
            errors = sum(found, [])
            shapes += bool(errors)
            if errors and not codes & OF_SHAPE:
                wrong.append(f"{mistake.name}: only the schema says {errors}")
            if codes & OF_SHAPE and files and not errors:
                wrong.append(f"{mistake.name}: only the daemon says {sorted(codes)}")
        self.assertEqual(wrong, [])
        self.assertGreater(shapes, 20)


if __name__ == "__main__":
    unittest.main()
