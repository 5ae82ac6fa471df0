"""The tree of RFC 9162 as a client checks it: hashes of its own, none of the daemon's code."""

import base64
import hashlib
import json


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def leaf_hash(leaf):
    return sha(b"\0", leaf)


def node_hash(left, right):
    return sha(b"\1", left, right)


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def root_of(leaf, index, size, path):
    """The root that an inclusion proof leads to (2.1.3.2)."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    number, last, root = index, size - 1, leaf_hash(leaf)
    for node in path:
        if last == 0:
            raise ValueError("too long")
        if number & 1 or number == last:
            root = node_hash(node, root)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            root = node_hash(root, node)
        number, last = number >> 1, last >> 1
    if last:
        raise ValueError("too short")
    return root


def grew(first, first_root, second, second_root, path):
    """Does a consistency proof show that the tree of `second` leaves begins with that of `first` (2.1.4.2)?"""
    if first == second:
        return not path and first_root == second_root
    path = list(path)
    if first & (first - 1) == 0:
        path.insert(0, first_root)
    number, last = first - 1, second - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    if not path:
        return False
    old = new = path[0]
    for node in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            new = node_hash(new, node)
        number, last = number >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def head_of(note):
    """Origin, size and root of a checkpoint."""
    origin, size, root = note.split("\n")[:3]
    return origin, int(size), base64.b64decode(root)


def proof_of(text):
    """Index, path, and of the head its origin, size and root."""
    before, _, note = text.partition("\n\n")
    lines = before.split("\n")
    index = next(int(line.split()[1]) for line in lines if line.startswith("index "))
    path = [base64.b64decode(line) for line in lines[lines.index("index %d" % index) + 1:]]
    return index, path, *head_of(note)


class Tree:
    """Leaf after leaf; `roots[n]` is the root of the first n."""

    def __init__(self):
        self.levels, self.roots = [[]], [sha()]

    def add(self, leaf):
        level, node = 0, leaf_hash(leaf)
        self.levels[0].append(node)
        while len(self.levels[level]) % 2 == 0:
            node = node_hash(*self.levels[level][-2:])
            level += 1
            if level == len(self.levels):
                self.levels.append([])
            self.levels[level].append(node)
        root = None  # what stands alone at each level, from the right
        for nodes in self.levels:
            if len(nodes) % 2:
                root = nodes[-1] if root is None else node_hash(nodes[-1], root)
        self.roots.append(root)

    @property
    def size(self):
        return len(self.levels[0])


def tile_name(level, index, width):
    name = "%03d" % (index % 1000)
    while index >= 1000:
        index //= 1000
        name = "x%03d/%s" % (index % 1000, name)
    return "tile/%s/%s%s" % (level, name, ".p/%d" % width if width < 256 else "")


def write_tiles(folder, tree, leaves, note):
    """The export of a log (tlog-tiles), made of nothing but its leaves and a signed head; over an earlier one of it."""
    for height in range(0, len(tree.levels), 8):
        nodes = tree.levels[height]
        for index in range((len(nodes) + 255) // 256):
            part = nodes[256 * index:256 * (index + 1)]
            write_once(folder, tile_name(height // 8, index, len(part)), lambda part=part: b"".join(part))
    for index in range((len(leaves) + 255) // 256):
        part = leaves[256 * index:256 * (index + 1)]
        write_once(folder, tile_name("entries", index, len(part)),
                   lambda part=part: b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in part))
    (folder / "checkpoint").write_text(note, encoding="utf-8")


def write_once(folder, name, content):
    path = folder / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content())
