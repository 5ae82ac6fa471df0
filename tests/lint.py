#!/usr/bin/python3
"""The house rules that a machine can check. `tests/lint.py [LIBRARY]`: with the built library also that it has no
variable that may be written.

Errors end with 1; what is only worth a look is a warning. Each is `FILE:LINE: error: MESSAGE`, and the last line is
`N passed, N failed`, a rule being a test.
"""
import ast
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
TOP_NAMES = {"daemon", "rules", "schemas", "clients", "tests", "Makefile", "README.md", "LICENSE"}
FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 500

# Who may include whom: base <- expression <- covenant <- engine <- audit <- verbs <- daemon; wire knows base only.
ORDER = ["base", "expression", "covenant", "engine", "audit", "verbs", "process", ""]
ALLOWED = {folder: set(ORDER[:at + 1]) for at, folder in enumerate(ORDER)}
ALLOWED["wire"] = {"base", "wire"}
for _folder in ("verbs", "process", ""):
    ALLOWED[_folder].add("wire")
# A closed set of names that a lower folder may know though it stands in a higher one.
EXCEPTIONS = set()

# Headers of libraries, and the files that may include them.
LIBRARIES = {
    "yaml.h": r"daemon/covenant/yaml\.c",
    "sqlite3.h": r"daemon/audit/journal\w*\.[ch]",
    "zmq.h": r"daemon/wire/socket\.c|clients/ctl/client\.c",
    "jansson.h": r"daemon/base/json\.c",
    "sodium.h": r"daemon/base/(digest|secret)\.c",
    "openssl/sha.h": r"daemon/base/digest\.c",
    "lua.h": r"daemon/engine/\w+\.[ch]",
    "lauxlib.h": r"daemon/engine/\w+\.[ch]",
    "lualib.h": r"daemon/engine/\w+\.[ch]",
}
LUA_FILES_MAX = 2

# What tests feed to the program is as it must be.
INPUTS = ("tests/fuzz/corpus/", "tests/lua/", "tests/reject/", "tests/wire/rules/")

# Written so that this file does not find itself.
FORBIDDEN = [
    (r"/wo" r"rk/", "a path of one machine"),
    (r"/tmp/" r"wt\b", "a path of one machine"),
    (r"\.\./sha" r"red/(design|sources|hooks)", "pages that do not travel with the project"),
    (r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b", "a mark of unfinished work"),
    (r"\bnot (yet )?imple" r"mented\b|\bunimple" r"mented\b", "unfinished by its own words"),
    (r"(deb|security|archive)\.deb" r"ian\.org|py" r"pi\.org|npm" r"js\.(org|com)", "the host of a package registry"),
]
UNSAFE = r"\b(strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|atof|strtok|alloca|system|popen)\s*\("


def tracked():
    """The files of the project: those that git knows or would add; without git, all that is not built."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=TOP, capture_output=True, text=True)
    if listed.returncode == 0 and (TOP / ".git").exists():
        names = listed.stdout.splitlines()
    else:
        names = [str(path.relative_to(TOP)) for path in TOP.rglob("*") if path.is_file()]
        names = [name for name in names if not re.match(r"(build[^/]*|data|\.git)/|.*__pycache__", name)]
    return sorted(name for name in names if (TOP / name).is_file())


class Lint:
    def __init__(self):
        self.files, self.failed, self.warnings, self.rules = tracked(), 0, 0, 0
        self.texts = {}
        for name in self.files:
            try:
                self.texts[name] = (TOP / name).read_text(encoding="utf-8")
            except UnicodeDecodeError:
                pass

    def rule(self, check):
        errors = []
        check(lambda *arguments: errors.append(arguments))
        for name, line, message in errors:
            print(f"{name}:{line}: error: {message}")
        self.rules += 1
        self.failed += bool(errors)

    def warn(self, name, line, message):
        print(f"{name}:{line}: warning: {message}")
        self.warnings += 1

    def sources(self, pattern=r"(daemon|clients|tests)/.*\.[ch]$"):
        return [(name, text) for name, text in self.texts.items() if re.match(pattern, name)]

    # The rules ----------------------------------------------------------------------------------------------------

    def top_level(self, error):
        for name in sorted({name.split("/")[0] for name in self.files}):
            if not name.startswith(".") and name not in TOP_NAMES:
                error(name, 1, f"does not belong on the top level: expected {', '.join(sorted(TOP_NAMES))}")
        for name in sorted(TOP_NAMES):
            if not any(file == name or file.startswith(name + "/") for file in self.files):
                error(name, 1, "is lacking on the top level")

    def includes(self, error):
        for name, text in self.sources(r"daemon/.*\.[ch]$"):
            folder = name.split("/")[1] if name.count("/") > 1 else ""
            if folder not in ALLOWED:
                error(name, 1, f"`daemon/{folder}/` is no folder of the daemon")
                continue
            for number, line in enumerate(text.splitlines(), 1):
                found = re.match(r'\s*#\s*include "([^"]+)"', line)
                if not found:
                    continue
                path = found.group(1)
                target = path.split("/")[0] if "/" in path else self.folder_of_plain(folder, path)
                if target not in ALLOWED[folder] and path not in EXCEPTIONS:
                    error(name, number, f"`daemon/{folder}` may not know `{path}`")
                if ".." in path:
                    error(name, number, f"`{path}`: includes are written from daemon/")

    def folder_of_plain(self, folder, path):
        """`#include "daemon.h"` in daemon/ itself, or a header of the same folder."""
        return folder if f"daemon/{folder}/{path}".replace("//", "/") in self.texts else ""

    def libraries(self, error):
        lua = set()
        for name, text in self.sources(r"(daemon|clients)/.*\.[ch]$"):
            for number, line in enumerate(text.splitlines(), 1):
                found = re.match(r"\s*#\s*include <([^>]+)>", line)
                if not found or found.group(1) not in LIBRARIES:
                    continue
                if not re.fullmatch(LIBRARIES[found.group(1)], name):
                    error(name, number, f"may not include `{found.group(1)}`: only {LIBRARIES[found.group(1)]} does")
                if found.group(1) == "lua.h":
                    lua.add(name)
        if len(lua) > LUA_FILES_MAX:
            error(sorted(lua)[0], 1, f"lua.h is included in {len(lua)} files ({', '.join(sorted(lua))}):"
                                     f" expected {LUA_FILES_MAX} at most")

    def functions(self, error):
        for name, text in self.sources():
            began = None
            for number, line in enumerate(text.splitlines(), 1):
                if line == "{":
                    began = number
                elif line == "}" and began is not None:
                    if number - began - 1 > FUNCTION_LINES_MAX:
                        tell = self.warn if name.startswith("tests/") else error
                        tell(name, began, f"a function of {number - began - 1} lines: expected {FUNCTION_LINES_MAX}"
                                          " at most")
                    began = None

    def file_lengths(self, error):
        del error
        for name, text in self.sources(r"(daemon|clients)/.*\.[ch]$"):
            lines = text.count("\n")
            if lines > FILE_LINES_MAX:
                self.warn(name, 1, f"{lines} lines: is it one noun? Expected {FILE_LINES_MAX} at most")

    def style(self, error):
        for name, text in self.sources():
            for number, line in enumerate(text.splitlines(), 1):
                if re.search(r"^\s*typedef (struct|enum|union)\b", line):
                    error(name, number, "a typedef of a struct, enum or union")
                if re.search(UNSAFE, line) and not name.startswith("tests/"):
                    error(name, number, f"`{re.search(UNSAFE, line).group(1)}` does not tell its bound or its error")
                if name.startswith("daemon/") and re.search(r"^\s*(const )?(double|float)\s+\*?\w+\s*[;=,)]", line) \
                        and not re.match(r"daemon/base/json|daemon/engine/sandbox", name):
                    error(name, number, "binary floating point: nothing is decided by it")

    def forbidden(self, error):
        for name, text in self.texts.items():
            if name == "LICENSE" or name.startswith(INPUTS):
                continue
            for number, line in enumerate(text.splitlines(), 1):
                for pattern, what in FORBIDDEN:
                    found = re.search(pattern, line)
                    if found:
                        error(name, number, f"`{found.group(0)}`: {what}")

    def whitespace(self, error):
        for name, text in self.texts.items():
            if not re.search(r"(\.([ch]|py|md|yaml|lua)|Makefile)$", name) or name.startswith(INPUTS):
                continue
            for number, line in enumerate(text.split("\n"), 1):
                if line != line.rstrip():
                    error(name, number, "white space at the end of the line")
            if text and not text.endswith("\n"):
                error(name, text.count("\n") + 1, "no newline at the end of the file")

    def headers_speak(self, error):
        for name, text in self.sources(r"daemon/.*\.h$"):
            if not text.lstrip().startswith("/*"):
                error(name, 1, "a header begins with its essay: purpose, how it is used, who owns what")

    def scripts(self, error):
        for name, text in self.texts.items():
            if name.endswith(".py"):
                try:
                    ast.parse(text)
                except SyntaxError as problem:
                    error(name, problem.lineno, str(problem))
            elif text.startswith("#!/bin/sh"):
                checked = subprocess.run(["sh", "-n", str(TOP / name)], capture_output=True, text=True)
                if checked.returncode:
                    error(name, 1, checked.stderr.strip())

    def links(self, error):
        for name, text in self.texts.items():
            if not name.endswith(".md"):
                continue
            for number, line in enumerate(text.splitlines(), 1):
                for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", line):
                    if not ((TOP / name).parent / target).exists():
                        error(name, number, f"leads to `{target}`, which is not there")

    def no_state(self, library):
        def check(error):
            table = subprocess.run(["objdump", "-t", library], capture_output=True, text=True)
            if table.returncode:
                error(library, 1, table.stderr.strip())
            member = library
            for line in table.stdout.splitlines():
                found = re.match(r"(\S+\.o):\s", line)
                if found:
                    member = found.group(1)
                variable = re.match(r"\S+ .{7} (\.data|\.bss|\*COM\*)\s+([0-9a-f]+)\s+(\S+)$", line)
                if variable and int(variable.group(2), 16) > 0 and not variable.group(3).startswith("."):
                    error(member, 1, f"`{variable.group(3)}` can be written: no global state but constant tables")
        return check


def main():
    lint = Lint()
    for check in (lint.top_level, lint.includes, lint.libraries, lint.functions, lint.file_lengths, lint.style,
                  lint.forbidden, lint.whitespace, lint.headers_speak, lint.scripts, lint.links):
        lint.rule(check)
    for library in sys.argv[1:]:
        lint.rule(lint.no_state(library))
    print(f"lint: {len(lint.files)} files, {lint.warnings} warnings")
    print(f"{lint.rules - lint.failed} passed, {lint.failed} failed")
    return 1 if lint.failed else 0


if __name__ == "__main__":
    sys.exit(main())
