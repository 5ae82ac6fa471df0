#!/usr/bin/python3
"""Verifies an exported log (c2sp.org/tlog-tiles) offline: nothing but Python and the command `openssl`.

    verify.py [--vkey KEY]... [--head FILE]... [--any-leaves] FOLDER

It shares no code with the daemon. Everything is derived again from the records: their hashes, every tile, the root; and
the checkpoint of that root and size must be signed by KEY. The log must begin with that of each FILE, a checkpoint
that somebody kept: else it was cut short or written anew, and signed again. The first line it prints is `valid`, `unanchored` (all is
well, but no key was given) or `not valid: WHERE`, where WHERE is the first record that is wrong, or a file; it ends
with 0, 3 or 2.
"""
import argparse
import base64
import binascii
import datetime
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

WIDTH = 256
LEVELS = 8
SPACES = re.compile(r"[\s\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
ED25519_DER = bytes.fromhex("302a300506032b6570032100")  # what stands before the 32 bytes of a public key


class NotValid(Exception):
    """`where` is what the first line names: `record 7`, `records 0 to 255`, or a file."""

    def __init__(self, where, message):
        super().__init__(message)
        self.where = where


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(leaf):
    return sha256(b"\0" + leaf)


def node_hash(left, right):
    return sha256(b"\1" + left + right)


def root_of(hashes):
    """RFC 6962, 2.1, of hashes that are the leaves of a tree: joined two by two, the odd one goes up as it is."""
    if not hashes:
        return sha256(b"")
    while len(hashes) > 1:
        pairs = [node_hash(*hashes[i:i + 2]) for i in range(0, len(hashes) - 1, 2)]
        hashes = pairs + hashes[len(pairs) * 2:]
    return hashes[0]


def decode(text):
    """Base64 in the one way in which these bytes are written."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("Base64 that is not as it must be")
    return data


# The signed note -----------------------------------------------------------------------------------------------------

class Key:
    def __init__(self, vkey):
        name, key_id, encoded = vkey.split("+", 2)  # the Base64 has `+` of its own
        data = decode(encoded)
        if len(data) != 33 or data[0] != 1:
            raise ValueError("expected an Ed25519 key")
        self.name, self.id, self.public = name, bytes.fromhex(key_id), data[1:]
        if self.id != sha256(name.encode() + b"\n" + data)[:4]:
            raise ValueError("its id is not that of the key")

    def signed(self, text, signature):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            (path / "key").write_bytes(ED25519_DER + self.public)
            (path / "text").write_bytes(text)
            (path / "signature").write_bytes(signature)
            command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", path / "key",
                       "-rawin", "-in", path / "text", "-sigfile", path / "signature"]
            return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def read_note(data):
    """Its text, and (name, key id, signature) of each line."""
    whole = data.decode("utf-8")
    if not whole.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f]", whole):
        raise ValueError("a note ends with a newline and has no other control characters")
    text, gap, lines = whole.rpartition("\n\n")
    if not gap or not lines:
        raise ValueError("a note has an empty line and signatures after it")
    signatures = []
    for line in lines[:-1].split("\n"):
        dash, name, encoded = line.split(" ")
        data = decode(encoded)
        if dash != "\u2014" or not name or "+" in name or SPACES.search(name) or len(data) < 5:
            raise ValueError("a line that is no signature")
        signatures.append((name, data[:4], data[4:]))
    return text + "\n", signatures


def read_checkpoint(text):
    lines = text.split("\n")
    origin, size, root = lines[0], lines[1], decode(lines[2])
    if not origin or not re.fullmatch(r"0|[1-9][0-9]*", size) or len(root) != 32 or lines.pop() or "" in lines:
        raise ValueError("a checkpoint is an origin, a size and a root")
    return origin, int(size), root


def check_checkpoint(path, keys, where="checkpoint"):
    try:
        text, signatures = read_note(path.read_bytes())
        checkpoint = read_checkpoint(text)
    except FileNotFoundError:
        raise NotValid(where, "it is not there") from None
    except (ValueError, IndexError, binascii.Error) as error:
        raise NotValid(where, f"it is no signed checkpoint: {error}") from None
    anchored = not keys
    for key in keys:
        for name, key_id, signature in signatures:
            if (name, key_id) == (key.name, key.id):
                if not key.signed(text.encode(), signature):
                    raise NotValid(where, f"the signature of `{name}` is wrong")
                anchored = True
    if not anchored:
        raise NotValid(where, "not signed by the key that was given")
    return checkpoint


def check_heads(paths, keys, origin, size):
    """(size, root) of each checkpoint that was kept."""
    heads = []
    for path in paths:
        other, kept, root = check_checkpoint(path, keys, "head")
        if other != origin:
            raise NotValid("head", f"it is of the log `{other}`")
        if kept > size:
            raise NotValid(records(size, kept - 1), f"a checkpoint of {kept} records was signed before")
        heads.append((kept, root))
    return heads


# The tiles -----------------------------------------------------------------------------------------------------------

def tile_path(level, index, width):
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[i:i + 3] for i in range(0, len(digits), 3)]
    path = "/".join(["tile", str(level)] + ["x" + group for group in groups[:-1]] + groups[-1:])
    return path if width == WIDTH else f"{path}.p/{width}"


def tile_width(size, level, index):
    return max(0, min(WIDTH, (size >> 8 * level) - index * WIDTH))


def records(first, last):
    return f"record {first}" if first == last else f"records {first} to {last}"


def entries_of(bundle):
    """Each whole entry, and where it ends."""
    at = 0
    while at + 2 <= len(bundle):
        end = at + 2 + int.from_bytes(bundle[at:at + 2], "big")
        if end > len(bundle):
            return
        yield bundle[at + 2:end], end
        at = end


class Log:
    def __init__(self, folder, origin, size, any_leaves):
        self.folder, self.origin, self.size, self.any_leaves = folder, origin, size, any_leaves
        self.given = {}                          # per level: the last tile read: (index, hashes)
        self.hashes = [[] for _ in range(LEVELS)]  # per level: what the records give for the unfinished tile
        self.counts = [0] * LEVELS
        self.roots = {}                          # of the sizes that were kept
        self.time = self.day = self.silence = None

    def read(self, path, first, last):
        try:
            return (self.folder / path).read_bytes()
        except OSError as error:
            raise NotValid(records(first, last), f"{path}: {error.strerror}") from None

    def tile(self, level, index):
        if self.given.get(level, (None,))[0] != index:
            span, width = WIDTH ** level, tile_width(self.size, level, index)
            path, first = tile_path(level, index, width), index * WIDTH * span
            data = self.read(path, first, first + width * span - 1)
            if len(data) != 32 * width:
                whole = len(data) // 32 if len(data) // 32 < width else 0
                raise NotValid(records(first + whole * span, first + width * span - 1), f"{path}: its length is wrong")
            self.given[level] = index, [data[i:i + 32] for i in range(0, len(data), 32)]
        return self.given[level][1]

    def add(self, level, value):
        """One hash more at that level, against the file; a full tile gives one to the level above."""
        at = self.counts[level]
        if self.tile(level, at // WIDTH)[at % WIDTH] != value:
            span = WIDTH ** level
            raise NotValid(records(at * span, (at + 1) * span - 1), f"level {level}: the hash is not theirs")
        self.counts[level] += 1
        self.hashes[level].append(value)
        if len(self.hashes[level]) == WIDTH:
            full, self.hashes[level] = self.hashes[level], []
            self.add(level + 1, root_of(full))

    def check_leaf(self, leaf, index):
        where = records(index, index)
        try:
            members = json.loads(leaf)
            log, time = members["log"], members["time"]
            if not TIME.fullmatch(time):
                raise ValueError(f"`{time}` is no time")
            moment = datetime.datetime.fromisoformat(time)
        except (ValueError, TypeError, KeyError) as error:
            raise NotValid(where, f"it is no leaf: {error}") from None
        if not log or not ("/" + self.origin).endswith("/" + log):
            raise NotValid(where, f"it is of the log `{log}`")
        if self.time and moment < self.time:
            raise NotValid(where, "it is older than the one before it")
        if self.day and moment.date() > self.day + datetime.timedelta(days=1) and not self.silence:
            self.silence = self.day + datetime.timedelta(days=1)
        self.time, self.day = moment, moment.date()

    def check_bundle(self, index):
        width, first = tile_width(self.size, 0, index), index * WIDTH
        path = tile_path("entries", index, width)
        bundle = self.read(path, first, first + width - 1)
        entries, end = entries_of(bundle), 0
        for at in range(first, first + width):
            leaf, end = next(entries, (None, end))
            if leaf is None:
                raise NotValid(records(at, at), f"{path}: it is not whole, or is not there")
            self.add(0, leaf_hash(leaf))
            if not self.any_leaves:
                self.check_leaf(leaf, at)
            if at + 1 in self.roots:
                self.roots[at + 1] = self.root()
        if end != len(bundle):
            raise NotValid(records(first + width, first + width), f"{path}: something stands after the last record")

    def root(self):
        """From the unfinished tiles, the smallest subtrees first: each is the right end of what lies above it."""
        right = None
        for hashes in self.hashes:
            for bit in range(8):
                if len(hashes) >> bit & 1:
                    end = len(hashes) >> bit << bit
                    part = root_of(hashes[end - (1 << bit):end])
                    right = part if right is None else node_hash(part, right)
        return right if right is not None else sha256(b"")

    def check_strays(self):
        """No file of records or hashes beside those of this size, but beginnings of what is there."""
        for path in sorted(str(path.relative_to(self.folder)) for path in self.folder.glob("tile/**/*")
                           if path.is_file()):
            found = re.fullmatch(r"tile/(entries|[0-7])/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d*))?", path)
            if not found:
                continue
            level = 0 if found[1] == "entries" else int(found[1])
            index, width = int(re.sub(r"\D", "", found[2])), int(found[3] or WIDTH)
            if path != tile_path(found[1], index, width) or width > WIDTH:
                continue
            now = tile_width(self.size, level, index)
            if width > now:
                raise NotValid(records(self.size, self.size), f"{path}: it does not belong to a log of that size")
            if width < now:
                self.check_beginning(path, found[1], index, width, now)

    def check_beginning(self, path, kind, index, width, now):
        part = (self.folder / path).read_bytes()
        whole = (self.folder / tile_path(kind, index, now)).read_bytes()
        if kind == "entries":
            ends = [end for _, end in entries_of(part)]
            right = len(ends) == width and ends[-1] == len(part)
        else:
            right = len(part) == 32 * width
        if not right or not whole.startswith(part):
            first = index * WIDTH * WIDTH ** (0 if kind == "entries" else int(kind))
            raise NotValid(records(first, first), f"{path}: it is not the beginning of the tile that it was")


def verify(folder, keys, any_leaves, kept):
    """(origin, size, silent day or None); NotValid says what is wrong."""
    origin, size, root = check_checkpoint(folder / "checkpoint", keys)
    heads = check_heads(kept, keys, origin, size)
    log = Log(folder, origin, size, any_leaves)
    log.roots = {kept_size: log.root() for kept_size, _ in heads}
    for index in range(-(-size // WIDTH)):
        log.check_bundle(index)
    if log.root() != root:
        raise NotValid(records(0, size - 1) if size else "checkpoint", "the root is not that of the records")
    for kept_size, kept_root in heads:
        if log.roots[kept_size] != kept_root:
            raise NotValid(records(0, kept_size - 1) if kept_size else "checkpoint",
                           f"a checkpoint of {kept_size} records was signed that this log does not begin with")
    log.check_strays()
    return origin, size, log.silence


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--vkey", action="append", default=[], help="the log's public key, as it was handed over")
    parser.add_argument("--head", action="append", default=[], type=pathlib.Path, metavar="FILE",
                        help="a checkpoint of this log that was kept: the log must begin with it")
    parser.add_argument("--any-leaves", action="store_true", help="records of others: check the tree alone")
    options = parser.parse_args()
    try:
        keys = [Key(vkey) for vkey in options.vkey]
    except ValueError as error:
        parser.error(f"no vkey: {error}")
    if not options.folder.is_dir():
        parser.error(f"`{options.folder}` is no folder")
    try:
        origin, size, silence = verify(options.folder, keys, options.any_leaves, options.head)
    except NotValid as wrong:
        print(f"not valid: {wrong.where}\n{wrong}")
        return 2
    print("valid" if keys else "unanchored")
    print(f"{origin}, {size} records")
    if silence:
        print(f"no record on {silence}")
    return 0 if keys else 3


if __name__ == "__main__":
    sys.exit(main())
