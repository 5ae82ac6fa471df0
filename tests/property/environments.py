#!/usr/bin/python3
"""The same cases decided in many environments: the decision and its trace are the same, bit for bit.

    tests/property/environments.py [CASES [SEED]]        with builds of other compilers and flags beside this one

What may not matter: locale, time zone, clock, address layout, what is in memory that nobody wrote, the user, the
folder, umask, stack, open files, the environment's variables, the order of the rule files on disk, compiler and flags.
Each environment also starts a daemon on a copy of one journal, which replays its records: each is identical.
"""
import itertools
import json
import os
import pathlib
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
for folder in ("wire", "reference"):
    sys.path.insert(0, str(TOP / "tests" / folder))
from cases import Maker  # noqa: E402
from harness import BUILD, Client, Daemon, envelope  # noqa: E402
from rulebook import Rulebook  # noqa: E402

RECORDS = 200   # in the journal that is replayed
EVERY_KEY = 20  # of how many cases one is of the covenant in which every key stands: it takes that much longer
SLOW = 50       # of how many cases one is decided where it takes that much longer


class Environment:
    """`prefix` goes before the program; `variables` are all that it has, beside a PATH."""

    def __init__(self, name, prefix=(), variables=None, before=None, cwd=None, build=BUILD, moved=None, slow=False):
        self.name, self.prefix, self.variables, self.before = name, list(prefix), variables or {}, before
        self.cwd, self.build, self.moved, self.slow = cwd, pathlib.Path(build), moved or {}, slow

    def options(self):
        """Of the process."""
        return {"env": {"PATH": os.environ["PATH"], **self.variables}, "preexec_fn": self.before, "cwd": self.cwd}


def limit(which, amount):
    return lambda: resource.setrlimit(which, (amount, amount))


def backwards(work, folders):
    """The rule files made in another order, and their folders."""
    made = {}
    for folder in folders:
        made[folder] = work / "backwards" / folder.name
        for path in sorted(folder.rglob("*"), reverse=True):
            if path.is_file():
                (made[folder] / path.relative_to(folder)).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, made[folder] / path.relative_to(folder))
    return made


def locale(work, name, language, encoding):
    """In a folder of our own; none where this machine cannot make it."""
    folder = work / "locales"
    folder.mkdir(exist_ok=True)
    if shutil.which("localedef"):
        subprocess.run(["localedef", "-i", language, "-f", encoding, str(folder / name)], capture_output=True)
    if (folder / name).is_dir():
        yield Environment(f"locale {name}", variables={"LC_ALL": name, "LANG": name, "LOCPATH": str(folder)})


def own_user(work, build):
    """Programs where another user may read them."""
    folder = work / "other"
    (folder / "tools").mkdir(parents=True)
    for name in ("covenantd", "tools/decide_lines"):
        shutil.copy(pathlib.Path(build) / name, folder / name)
    return folder


def few(work, folders):
    """The environments of `make test`; none needs another build."""
    yield from locale(work, "nl_NL.UTF-8", "nl_NL", "UTF-8")
    yield from locale(work, "tr_TR.UTF-8", "tr_TR", "UTF-8")
    yield Environment("time zone Pacific/Kiritimati", variables={"TZ": "Pacific/Kiritimati"})
    if subprocess.run(["setarch", "-R", "true"], capture_output=True).returncode == 0:
        yield Environment("address layout the same each time", ["setarch", "-R"])
    yield Environment("memory filled with 0xa5", variables={"MALLOC_PERTURB_": "165"})
    if os.geteuid() == 0 and shutil.which("setpriv"):
        yield Environment("another user", ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
                          build=own_user(work, BUILD))
    yield Environment("a stack of 256 KiB, in another folder", before=limit(resource.RLIMIT_STACK, 256 * 1024), cwd="/")
    for library in sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))[:1]:
        yield Environment("on 29 February 2096", variables={"LD_PRELOAD": str(library), "FAKETIME": "@2096-02-29 23:59:58"})
    yield Environment("rule files made in another order", moved=backwards(work, folders))


def many(work, folders, builds):
    """Those, and what needs builds of their own or takes long."""
    yield from few(work, folders)
    yield from locale(work, "tr_TR", "tr_TR", "ISO-8859-9")
    yield Environment("locale C", variables={"LC_ALL": "C"})
    yield Environment("time zone that is none", variables={"TZ": ":no/such/zone"})
    yield Environment("time zone of 24 hours and a half", variables={"TZ": "XYZ-24:30ABC,M3.1.0,M11.1.0"})
    yield Environment("memory of other places", variables={
        "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0:glibc.malloc.mmap_threshold=4096", "MALLOC_PERTURB_": "1"})
    yield Environment("umask 0777, few open files", before=lambda: (
        os.umask(0o777), resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))))
    yield Environment("many variables", variables={f"VARIABLE_{number}": "x" * number for number in range(1000)})
    for name, flags in builds:
        yield Environment(f"built with {' '.join(flags)}", build=TOP / name)
    if shutil.which("valgrind"):
        yield Environment("valgrind", ["valgrind", "-q", "--error-exitcode=9"], slow=True)


BUILDS = [("build-environment-O0", ["CC=gcc", "OPT=-O0", "HARDEN="]),
          ("build-environment-O3", ["CC=gcc", "OPT=-O3 -march=native", "HARDEN="]),
          ("build-environment-clang", ["CC=clang"]),
          ("build-environment-clang-O0", ["CC=clang", "OPT=-O0", "HARDEN="])]


def make_builds():
    for name, flags in BUILDS:
        if shutil.which(flags[0].partition("=")[2]):
            subprocess.run(["make", "-s", f"BUILD={name}", *flags, f"{name}/tools/decide_lines", f"{name}/covenantd"],
                           cwd=TOP, check=True, stdout=subprocess.DEVNULL)
            yield name, flags


# What is decided ------------------------------------------------------------------------------------------------------

def rule_folders(work):
    """The regions; and the covenant in which every key stands, which has a calendar of its own. All may read them."""
    regions, every_key = work / "regions", work / "every-key"
    shutil.copytree(TOP / "rules", regions)
    shutil.copytree(TOP / "rules/national", every_key / "national")
    shutil.copytree(TOP / "tests/reference/rules", every_key, dirs_exist_ok=True)
    for path in work.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    for path in (work, *work.parents):
        if path.stat().st_uid == os.geteuid() and path != path.parent:
            path.chmod(path.stat().st_mode | 0o011)
    return [regions, every_key]


def requests(rules, number, seed):
    """So many cases, of all regions in turn, each on a day on which something may turn; a line each."""
    regions = sorted({path.parent.parent.name for path in rules.glob("*/*/covenant.yaml")})
    makers = [Maker(Rulebook(rules, region), region, f"{seed}-{region}") for region in regions]
    for count in range(number):
        maker = makers[count % len(makers)]
        case, known = maker.case(count)
        yield json.dumps({"case": case, "on": maker.day_asked(known, []).isoformat(), "trace": True}) + "\n"


def decided(environment, rules, lines):
    """The bytes of all decisions, a line each."""
    command = [*environment.prefix, str(environment.build / "tools/decide_lines"),
               str(environment.moved.get(rules, rules))]
    done = subprocess.run(command, input="".join(lines).encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          **environment.options())
    assert done.returncode == 0, f"{environment.name}: {done.returncode}: {done.stderr.decode()[-2000:]}"
    return done.stdout


def first_difference(lines, ours, theirs):
    for request, left, right in zip(lines, ours.splitlines(), theirs.splitlines()):
        if left != right:
            at = next((n for n, (a, b) in enumerate(zip(left, right)) if a != b), min(len(left), len(right)))
            return f"{request}at byte {at}: ...{left[at - 60:at + 60]!r}\n...{right[at - 60:at + 60]!r}"
    return f"{len(ours.splitlines())} lines, and {len(theirs.splitlines())}"


# The journal that is replayed -----------------------------------------------------------------------------------------

def make_journal(work, rules, lines):
    """The ids of the records."""
    daemon = Daemon(str(work / "data"), rules=str(rules))
    client = Client(daemon.endpoint)
    replies = [client.ask(envelope("decide", **json.loads(line))) for line in lines]
    client.close()
    assert daemon.stop() == 0
    daemon.close()
    return [reply["record"]["id"] for reply in replies if reply["ok"]]


def replayed(environment, work, rules, records):
    """Each record of a copy of the journal, decided again: it is identical."""
    data = work / "copy"
    shutil.copytree(work / "data", data)
    if environment.prefix[:1] == ["setpriv"]:
        for path in (data, *data.iterdir()):
            os.chown(path, 65534, 65534)
    daemon = Daemon(str(data), program=[*environment.prefix, str(environment.build / "covenantd")],
                    rules=str(environment.moved.get(rules, rules)), **environment.options())
    client = Client(daemon.endpoint)
    for record in records:
        told = client.ask(envelope("replay", decision=record))
        assert told["ok"] and told["replay"] == {"outcome": "identical"}, f"{environment.name}: {record}: {told}"
    client.close()
    assert daemon.stop() == 0, environment.name
    daemon.close()
    shutil.rmtree(data)


def same_everywhere(number, seed, make):
    """Decides so many cases in each environment of `make(work, folders)`."""
    with tempfile.TemporaryDirectory(prefix="covenant-environments-") as name:
        work = pathlib.Path(name)
        folders = rule_folders(work)
        here = Environment("here", variables=dict(os.environ))
        every_key = number // EVERY_KEY
        lines = {rules: list(requests(rules, count, seed)) for rules, count in zip(folders, (number - every_key, every_key))}
        ours = {rules: decided(here, rules, lines[rules]) for rules in folders}
        good = sum(not line.startswith(b'{"error"') for text in ours.values() for line in text.splitlines())
        assert good > number / 2, f"only {good} of {number} cases were decided"
        sample = random.Random(seed).sample(lines[folders[0]], min(RECORDS, len(lines[folders[0]])))
        records, tried = make_journal(work, folders[0], sample), 0
        for environment in make(work, folders):
            for rules in folders:
                step = SLOW if environment.slow else 1
                mine = b"".join(line + b"\n" for line in ours[rules].splitlines()[::step])
                theirs = decided(environment, rules, lines[rules][::step])
                assert theirs == mine, f"{environment.name}: {first_difference(lines[rules][::step], mine, theirs)}"
            if not environment.slow:
                replayed(environment, work, folders[0], records)
            tried += 1
            print(f"the same: {environment.name}", flush=True)
    print(f"{number} cases with their traces and {len(records)} records in {tried} environments: no difference")
    return tried


if __name__ == "__main__":
    began = time.monotonic()
    asked = [int(argument) for argument in sys.argv[1:]] + [10_000, 1][len(sys.argv) - 1:]
    same_everywhere(*asked, lambda work, folders: many(work, folders, make_builds()))
    print(f"{time.monotonic() - began:.0f} s")
