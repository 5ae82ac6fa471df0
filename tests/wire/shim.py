"""A daemon whose calls fail when the test says so: tests/tools/fault_shim.c, loaded before it.

    shim = Shim(data)                            # data: the folder whose files count; absolute
    daemon = Daemon(data, environment=shim.environment())
    shim.strike(3, "EIO")                        # the third call from now on fails, once
    shim.calls, shim.happened                    # what was counted, also of what was killed

`act` is `kill`, `kill-after`, `short` or the name of an errno. With `calls` only those kinds count (`write,sync`); with
`log` a file is written of every call that counts. The counts go on over fork and exec, and over a next daemon that is
started with the same shim.
"""

import errno
import mmap
import os
import struct
import subprocess
import tempfile

from harness import BUILD

SHIM = os.path.join(os.path.abspath(BUILD), "tools", "fault_shim.so")
ACTS = {"kill": 0, "kill-after": -1, "short": -2}
FIELDS = ["calls", "at", "act", "ever", "happened", "allocations", "allocation_at", "allocation_ever"]
SIZE = 8 * len(FIELDS)


class Shim:
    def __init__(self, folder="", calls=None, log=None):
        self.folder, self.kinds, self.log = os.path.realpath(folder) if folder else "", calls, log
        file, self.path = tempfile.mkstemp(prefix="covenant-shim-")
        os.ftruncate(file, SIZE)
        self.map = mmap.mmap(file, SIZE)
        os.close(file)

    def environment(self):
        """What a process needs, beside the environment of the test itself."""
        told = {"LD_PRELOAD": SHIM, "FAULT_CONTROL": self.path, "FAULT_FOLDER": self.folder}
        if self.kinds:
            told["FAULT_CALLS"] = self.kinds
        if self.log:
            told["FAULT_LOG"] = self.log
        if os.environ.get("SANITIZED"):  # the sanitizer wants to be first, and then hands its calls on to the shim
            first = subprocess.run(["gcc", "-print-file-name=libasan.so"], check=True, capture_output=True, text=True)
            told["LD_PRELOAD"] = os.path.realpath(first.stdout.strip()) + " " + SHIM
        return told

    def __getattr__(self, name):
        if name not in FIELDS:
            raise AttributeError(name)
        return struct.unpack_from("q", self.map, 8 * FIELDS.index(name))[0]

    def set(self, **fields):
        for name, value in fields.items():
            struct.pack_into("q", self.map, 8 * FIELDS.index(name), value)

    def strike(self, nth, act="kill", ever=False):
        """The nth call from now on (1 is the next); with `ever` all after it too."""
        self.set(at=0, act=ACTS.get(act, getattr(errno, act, None)), ever=int(ever))
        self.set(at=self.calls + nth)

    def strike_memory(self, nth, ever=False):
        self.set(allocation_at=0, allocation_ever=int(ever))
        self.set(allocation_at=self.allocations + nth)

    def relent(self):
        self.set(at=0, allocation_at=0, happened=0)

    def close(self):
        self.map.close()
        os.unlink(self.path)
