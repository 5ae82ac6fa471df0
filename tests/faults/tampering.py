"""Exports and journals tampered with, and clean ones, in great number: in process, by tests/tools."""

import os
import pathlib
import random
import subprocess
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
TOOLS = TOP / (os.environ.get("BUILD") or "build") / "tools"
EDGES = (0, 1, 2, 255, 256, 257, 511, 512, 513)
FAR_EDGES = (65_535, 65_536, 65_537)


def tool(name, *arguments):
    done = subprocess.run([str(TOOLS / name), *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, f"{name} {' '.join(map(str, arguments))}: {done.stdout}{done.stderr}"
    return done.stdout.strip()


def flips(count, seed, folder):
    """Single bits, in logs of varied sizes; each must be found, and the record named that it is in."""
    chance, found, number = random.Random(seed), 0, 0
    sizes = [1, 3, 256, 257, 600]
    while found < count:
        size = sizes.pop() if sizes else chance.randrange(1, 700)
        log, number = folder / f"flips-{number}", number + 1
        vkey = tool("tiled_log", "make", log, size)
        found += int(tool("flip_log", log, vkey, min(count - found, max(count // 50, 100)), chance.randrange(1 << 32)))
    return found


def journal_flips(folder, records, how, amount, seed):
    """(flips, those that changed no answer, those that were told): no flip may give another answer."""
    memory = pathlib.Path("/dev/shm")  # many starts, each with its syncs
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else folder) as name:
        told = tool("flip_journal", f"{name}/data", records, how, amount, seed)
    return tuple(int(word) for word in told.split())


def clean(count, seed, folder, edges=EDGES):
    """Logs of varied sizes, most of them small; each must be valid."""
    chance = random.Random(seed)
    sizes = [*edges, *(chance.randrange(1 << chance.randrange(11)) for _ in range(count - len(edges)))]
    return int(tool("tiled_log", "clean", folder / "clean", *sizes))
