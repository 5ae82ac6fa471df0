#!/usr/bin/python3
"""Runs the tests, in parallel and in random order, each in a process and a temporary folder of its own.

    tests/run.py                          everything
    tests/run.py unit wire                some suites
    tests/run.py unit/test_text           one binary
    tests/run.py wire/test_decide:Decide.test_twice    one Python test
    tests/run.py --list                   what there is

A suite is a kind of test; tests/README.md says how to add one of each. The last line is `N passed, N failed`, with
`, N skipped` when some were; before it stands, for each failure, the command that repeats it.
"""
import argparse
import concurrent.futures
import importlib.util
import inspect
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD") or "build")
BUILD_ABSOLUTE = BUILD if BUILD.is_absolute() else TOP / BUILD
PYTHON_SUITES = ["wire", "command", "cases", "rules", "reject", "schemas", "scenarios", "faults", "house", "readme",
                 "property", "reference"]
SECONDS_MAX = int(os.environ.get("TEST_SECONDS") or (900 if os.environ.get("SANITIZED") else 300))


# What one run of a process told ------------------------------------------------------------------------------------

class Result:
    """Counts, and what to show: `problems` is empty exactly when nothing failed."""

    def __init__(self, job):
        self.job, self.passed, self.failed, self.seconds = job, 0, 0, 0.0
        self.skips, self.problems, self.notes, self.output = [], [], [], ""


class Job:
    """One process. `name` is what `tests/run.py NAME` takes; `read` makes counts of what the process said."""

    def __init__(self, name, command, repeat, read):
        self.name, self.command, self.repeat, self.read = name, command, repeat, read


def skips_of(output):
    return [line.strip() for line in output.splitlines() if line.lstrip("# ").startswith("SKIPPED")]


def read_tap(result, code):
    """cmocka, and whatever else writes TAP: each `ok` is a test. A test that says SKIPPED is no passed test."""
    planned = re.search(r"^1\.\.(\d+)", result.output, re.M)
    good = re.findall(r"^ok \d+(?: - )?(.*)$", result.output, re.M)
    bad = re.findall(r"^not ok(?: \d+)?(?: - )?(.*)$", result.output, re.M)
    left_out = [name for name in good + bad if name.lstrip().startswith("# SKIP")]  # cmocka writes `not ok 4 # SKIP`
    told = len([name for name in bad if name in left_out])
    bad = [name for name in bad if name not in left_out]
    result.skips = skips_of(result.output) or [f"SKIPPED: {result.job.name}: {name}" for name in left_out]
    result.passed = max(len(good) - (len(result.skips) - told), 0)
    result.failed = len(bad)
    result.problems = [f"failed: {name}" for name in bad]
    if planned and len(good) + len(bad) + told < int(planned.group(1)):
        result.problems.append(f"ended after {len(good) + len(bad) + told} of {planned.group(1)} tests")
    elif not planned and not good and not bad:
        result.problems.append("told of no test")
    judge_end(result, code)


def read_whole(result, code):
    """A Python test, or a script: it passed when it ended with 0, and was skipped when it said so and did."""
    if code == 0:
        result.skips = skips_of(result.output)[:1]
        result.passed = 0 if result.skips else 1
    judge_end(result, code)


def read_examples(result, code):
    """The JSON of `covenant test`: each example is a test."""
    try:
        examples = json.loads(result.output.splitlines()[-1])["examples"]
    except (ValueError, KeyError, IndexError):
        examples = []
    result.passed = sum(example["passed"] for example in examples)
    result.failed = len(examples) - result.passed
    result.problems = [f"failed: {example['example']}" for example in examples if not example["passed"]]
    if not examples:
        result.problems.append("no example was run")
    judge_end(result, code)


def read_coverage(result, code):
    """The JSON of `covenant test --coverage`: what no example made of a condition is told, and fails nothing."""
    try:
        report = json.loads(result.output.splitlines()[-1])["coverage"]
    except (ValueError, KeyError, IndexError):
        report = None
        result.problems.append("told of no coverage")
    if report:
        result.passed = 1
        result.notes.append(f"{report['whole']} of {report['conditions']} conditions in the rule files came out in every"
                            " way they can; the examples never make")
        for value in ("true", "false", "unknown"):
            for file in sorted({item["file"] for item in report["lacking"] if value in item["never"]}):
                rules = [f"{item['rule']}.{item['key']}" for item in report["lacking"]
                         if item["file"] == file and value in item["never"]]
                result.notes.append(f"    {value + ':':8} {file}: {', '.join(rules)}")
    judge_end(result, code)


def judge_end(result, code):
    """An end that is not 0 is a failure even when all that was told is well."""
    if code < 0:
        try:
            result.problems.append(f"killed by {signal.Signals(-code).name}")
        except ValueError:
            result.problems.append(f"killed by signal {-code}")
    elif code > 0 and not result.problems:
        result.problems.append(f"ended with {code}")
    if result.problems and result.failed == 0:
        result.failed = 1


# What there is to run ----------------------------------------------------------------------------------------------

def unit_jobs():
    for source in sorted((TOP / "tests/unit").glob("test_*.c")):
        binary = BUILD / "unit" / source.stem
        yield Job(f"unit/{source.stem}", [str(BUILD_ABSOLUTE / "unit" / source.stem)],
                  repeat_of(f"unit/{source.stem}", f"make {binary} && {binary}"), read_tap)


def corpus_jobs():
    for source in sorted((TOP / "tests/fuzz").glob("fuzz_*.c")):
        name = source.stem.removeprefix("fuzz_")
        binary, folder = BUILD / "fuzz" / f"corpus_{name}", f"tests/fuzz/corpus/{name}"
        yield Job(f"corpus/{name}", [str(BUILD_ABSOLUTE / "fuzz" / f"corpus_{name}"), folder],
                  repeat_of(f"corpus/{name}", f"make {binary} && {binary} {folder}"), read_tap)


def rules_jobs():
    if (TOP / "rules").is_dir():
        yield Job("rules/check", [str(BUILD_ABSOLUTE / "covenantd"), "--check", "rules"],
                  repeat_of("rules/check", f"{BUILD}/covenantd --check rules"), read_whole)
        yield Job("rules/examples", [str(BUILD_ABSOLUTE / "covenant"), "--json", "test", "rules"],
                  repeat_of("rules/examples", f"{BUILD}/covenant test rules"), read_examples)
        yield Job("rules/coverage", [str(BUILD_ABSOLUTE / "covenant"), "--json", "test", "--coverage", "rules"],
                  repeat_of("rules/coverage", f"{BUILD}/covenant test --coverage rules"), read_coverage)


def python_jobs(suite):
    """Every test of every file of a suite. A file without tests in it is a script, and one test."""
    for path in sorted((TOP / "tests" / suite).glob("test_*.py")):
        name = f"{suite}/{path.stem}"
        listed = subprocess.run([sys.executable, __file__, "--names", str(path)], cwd=TOP, text=True,
                                env=environment(tempfile.gettempdir()), stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT)
        if listed.returncode:
            yield Job(name, [sys.executable, str(path)], repeat_of(name, f"tests/run.py {name}"), read_whole)
            continue
        for test in listed.stdout.split():
            whole = f"{name}:{test}"
            yield Job(whole, [sys.executable, __file__, "--one", str(path), test],
                      repeat_of(whole, f"tests/run.py {whole}"), read_whole)
        if not listed.stdout.split():
            yield Job(name, [sys.executable, str(path)], repeat_of(name, f"tests/run.py {name}"), read_whole)


def repeat_of(name, plain):
    """The command that repeats a job: under the sanitizers that is always theirs, so that the flags are."""
    if os.environ.get("SANITIZED"):
        return f"make sanitize TEST={name}"
    return plain if str(BUILD) == "build" else f"make test BUILD={BUILD} TEST={name}"


def all_jobs():
    yield from unit_jobs()
    yield from corpus_jobs()
    yield from rules_jobs()
    for suite in PYTHON_SUITES:
        yield from python_jobs(suite)


def is_wanted(job, wanted):
    return not wanted or any(job.name == word or job.name.startswith((word + "/", word + ":")) for word in wanted)


# Inside the process of one Python test -----------------------------------------------------------------------------

def load_file(path):
    sys.path.insert(0, str(pathlib.Path(path).parent))
    sys.path.insert(1, str(TOP / "tests"))
    spec = importlib.util.spec_from_file_location(pathlib.Path(path).stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def cases_of(module):
    for name, thing in vars(module).items():
        if inspect.isclass(thing) and issubclass(thing, unittest.TestCase) and thing.__module__ == module.__name__:
            yield name, thing


def functions_of(module):
    for name, thing in vars(module).items():
        if name.startswith("test_") and inspect.isfunction(thing) and thing.__module__ == module.__name__:
            yield name, thing


def tells_names(path):
    """Whether importing the file is free of doing something: a script without tests must not run when listed."""
    text = pathlib.Path(path).read_text(encoding="utf-8")
    return re.search(r"^(class \w+\(.*\):|def test_\w+)", text, re.M) is not None


def print_names(path):
    if not tells_names(path):
        return 0
    module = load_file(path)
    for name, case in cases_of(module):
        for method in unittest.defaultTestLoader.getTestCaseNames(case):
            print(f"{name}.{method}")
    for name, _ in functions_of(module):
        print(name)
    return 0


def run_one(path, test):
    module = load_file(path)
    if "." not in test:
        try:
            getattr(module, test)()
        except unittest.SkipTest as reason:
            print(f"SKIPPED: {test}: {reason}")
        return 0
    suite = unittest.defaultTestLoader.loadTestsFromName(test, module)
    outcome = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    for _, reason in outcome.skipped:
        print(f"SKIPPED: {test}: {reason}")
    return 0 if outcome.wasSuccessful() and outcome.testsRun else 1


# Running them ------------------------------------------------------------------------------------------------------

def environment(folder):
    """The same for all, whatever the shell has set: no colours, no locale, no daemon of somebody else."""
    keep = {key: value for key, value in os.environ.items()
            if key in ("PATH", "HOME", "USER", "SANITIZED", "COVENANT_SHARED", "COVENANT_PAIRS", "COVENANT_SEED", "COVENANT_CASES")}
    reports = os.path.join(folder, "sanitizer")
    return {**keep, "TMPDIR": folder, "LC_ALL": "C.UTF-8", "TZ": "UTC", "BUILD": str(BUILD_ABSOLUTE),
            "COVENANTD": str(BUILD_ABSOLUTE / "covenantd"), "COVENANT": str(BUILD_ABSOLUTE / "covenant"),
            "CMOCKA_MESSAGE_OUTPUT": "TAP", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1",
            "ASAN_OPTIONS": f"detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1:log_path={reports}",
            "UBSAN_OPTIONS": f"print_stacktrace=1:halt_on_error=1:log_path={reports}"}


def end_group(process):
    """What a test started and left behind goes with it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def run_job(job):
    result = Result(job)
    folder = tempfile.mkdtemp(prefix="covenant-")
    began = time.monotonic()
    try:
        with open(os.path.join(folder, ".output"), "w+b") as output:
            try:
                process = subprocess.Popen(job.command, cwd=TOP, env=environment(folder), stdin=subprocess.DEVNULL,
                                           stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
            except OSError as error:
                result.failed, result.problems = 1, [f"could not be started: {error}"]
                return result
            try:
                code = process.wait(timeout=SECONDS_MAX)
            except subprocess.TimeoutExpired:
                code = None
            end_group(process)
            process.wait()
            output.seek(0)
            result.output = output.read().decode("utf-8", "replace")
        if code is None:
            result.failed, result.problems = 1, [f"did not end within {SECONDS_MAX} seconds"]
        else:
            job.read(result, code)
        add_reports(result, folder)
    finally:
        result.seconds = time.monotonic() - began
        shutil.rmtree(folder, ignore_errors=True)
    return result


def add_reports(result, folder):
    """A sanitizer that found something fails the test, also where it was in a daemon that the test had started."""
    reports = sorted(pathlib.Path(folder).glob("sanitizer.*"))
    for report in reports:
        result.output += report.read_text(encoding="utf-8", errors="replace")
    if reports:
        result.problems.append(f"a sanitizer reported, {len(reports)} times")
        if result.failed == 0:
            result.failed, result.passed = 1, max(result.passed - 1, 0)


def show(result, verbose):
    for skip in result.skips:
        print(skip if result.job.name in skip else f"{skip} [{result.job.name}]", flush=True)
    if result.problems:
        print(f"\nFAILED {result.job.name} ({result.seconds:.1f} s): {'; '.join(result.problems)}")
        lines = result.output.rstrip().splitlines()
        if len(lines) > 120:
            lines = lines[:60] + [f"... {len(lines) - 120} lines ..."] + lines[-60:]
        print("\n".join("    " + line for line in lines), flush=True)
    elif verbose:
        print(f"ok {result.job.name} ({result.passed}, {result.seconds:.1f} s)", flush=True)


def summarize(results, seed, seconds):
    print()
    for note in (note for result in results for note in result.notes):
        print(note)
    suites = {}
    for result in results:
        counts = suites.setdefault(result.job.name.split("/")[0], [0, 0, 0])
        for at, count in enumerate((result.passed, result.failed, len(result.skips))):
            counts[at] += count
    for suite, (passed, failed, skipped) in sorted(suites.items()):
        print(f"{suite:10} {passed:5} passed {failed:3} failed {skipped:3} skipped")
    print(f"order of seed {seed}, {seconds:.0f} s; the slowest: " + ", ".join(
        f"{result.job.name} {result.seconds:.1f} s" for result in sorted(results, key=lambda r: -r.seconds)[:3]))
    for result in results:
        if result.problems:
            print(f"repeat {result.job.name} with:  {result.job.repeat}")
    passed, failed = sum(r.passed for r in results), sum(r.failed for r in results)
    skipped = sum(len(r.skips) for r in results)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    return 1 if failed or not passed else 0


def run_all(options):
    jobs = [job for job in all_jobs() if is_wanted(job, options.what)]
    for word in options.what:
        if not any(is_wanted(job, [word]) for job in jobs):
            print(f"there is no test `{word}`: see tests/run.py --list", file=sys.stderr)
            return 64
    if options.list:
        print("\n".join(job.name for job in jobs))
        return 0
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1_000_000)
    random.Random(seed).shuffle(jobs)
    print(f"{len(jobs)} runs, {options.jobs} at a time, in the order of seed {seed}"
          f" (repeat it with: make test SEED={seed})", flush=True)
    began, results = time.monotonic(), []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for done in concurrent.futures.as_completed([pool.submit(run_job, job) for job in jobs]):
            results.append(done.result())
            show(results[-1], options.verbose)
    return summarize(results, seed, time.monotonic() - began)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", help="suites, files or tests; all when none is given")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--verbose", "-v", action="store_true")
    parser.add_argument("--names", metavar="FILE", help=argparse.SUPPRESS)
    parser.add_argument("--one", nargs=2, metavar=("FILE", "TEST"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.names:
        return print_names(options.names)
    if options.one:
        return run_one(*options.one)
    os.chdir(TOP)
    return run_all(options)


if __name__ == "__main__":
    sys.exit(main())
