"""The lint finds what it is there to find: each kind of mistake, made in a copy, is one error at its line."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
LONG = "int long_one(void)\n{\n" + "    puts(\"\");\n" * 61 + "}\n"


class Lint(unittest.TestCase):
    def setUp(self):
        self.copy = pathlib.Path(tempfile.mkdtemp()) / "copy"
        self.addCleanup(shutil.rmtree, self.copy.parent, True)
        for name in ("daemon", "rules", "schemas", "clients", "tests"):
            (self.copy / name).mkdir(parents=True)
            (self.copy / name / "kept").write_text("", encoding="utf-8")
        for name in ("Makefile", "README.md", "LICENSE"):
            (self.copy / name).write_text("", encoding="utf-8")
        shutil.copy(TOP / "tests/lint.py", self.copy / "tests/lint.py")

    def lint(self, library=()):
        return subprocess.run([sys.executable, str(self.copy / "tests/lint.py"), *library], capture_output=True,
                              text=True, cwd=self.copy)

    def test_nothing_wrong(self):
        done = self.lint()
        self.assertEqual((done.returncode, done.stdout.splitlines()[-1]), (0, "11 passed, 0 failed"), done.stdout)

    def test_each_mistake(self):
        work = "/wo" + "rk/main"
        for path, text, place in [
            ("extra.txt", "", "extra.txt:1"),
            ("daemon/base/a.c", '#include "base/a.h"\n#include "engine/b.h"\n', "daemon/base/a.c:2"),
            ("daemon/wire/a.c", '#include "audit/b.h"\n', "daemon/wire/a.c:1"),
            ("daemon/other/a.c", "", "daemon/other/a.c:1"),
            ("daemon/engine/a.c", "#include <sqlite3.h>\n", "daemon/engine/a.c:1"),
            ("daemon/base/a.c", LONG, "daemon/base/a.c:2"),
            ("daemon/base/a.c", "typedef struct a { int b; } c;\n", "daemon/base/a.c:1"),
            ("daemon/base/a.c", "\n    strcpy(a, b);\n", "daemon/base/a.c:2"),
            ("daemon/base/a.c", "    double sum = 0;\n", "daemon/base/a.c:1"),
            ("daemon/base/a.h", "struct a;\n", "daemon/base/a.h:1"),
            ("tests/a.py", f"path = '{work}'\n", "tests/a.py:1"),
            ("tests/a.py", "# TO" + "DO: later\n", "tests/a.py:1"),
            ("tests/a.py", "x = 1 \n", "tests/a.py:1"),
            ("tests/a.py", "x = (\n", "tests/a.py:1"),
            ("tests/a.py", "x = 1", "tests/a.py:1"),
            ("tests/a.md", "see [there](nowhere.md)\n", "tests/a.md:1"),
        ]:
            with self.subTest(path=path, text=text[:40]):
                file = self.copy / path
                file.parent.mkdir(exist_ok=True)
                file.write_text(text, encoding="utf-8")
                done = self.lint()
                file.unlink()
                errors = [line for line in done.stdout.splitlines() if ": error: " in line]
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertEqual([error.split(": error")[0] for error in errors], [place], done.stdout)

    def test_state(self):
        source, built = self.copy / "state.c", self.copy.parent / "state.o"
        for text, code in [("int counter;", 1), ("static int kept = 1; int *keep(void); int *keep(void) { return &kept; }", 1),
                           ("const int bound = 3; static const char *const names[] = {\"a\"};"
                            "const char *name(void); const char *name(void) { return names[bound - 3]; }", 0)]:
            with self.subTest(text=text):
                source.write_text(text, encoding="utf-8")
                subprocess.run(["gcc", "-fPIE", "-c", str(source), "-o", str(built)], check=True)
                source.unlink()
                self.assertEqual(self.lint([str(built)]).returncode, code)


class House(unittest.TestCase):
    def test_this_project(self):
        library = pathlib.Path(os.environ.get("BUILD") or TOP / "build") / "libcovenant.a"
        sanitized = os.environ.get("SANITIZED")  # the sanitizers put variables of their own into each object
        done = subprocess.run([sys.executable, str(TOP / "tests/lint.py")] + ([] if sanitized else [str(library)]),
                              capture_output=True, text=True, cwd=TOP)
        self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main()
