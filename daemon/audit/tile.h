/*
 * The files of a log in the form of c2sp.org/tlog-tiles: `checkpoint`, `tile/LEVEL/INDEX[.p/WIDTH]` with hashes and
 * `tile/entries/INDEX[.p/WIDTH]` with the leaves themselves, each after its length in two bytes.
 *
 * Writing them: leaf after leaf, every tile when it is full, the rest and the checkpoint at the end. What is written
 * lies in a folder that was empty or absent; nothing is replaced. Nothing is synced either: an export can be made again,
 * and verifying it tells when it is torn.
 *
 *     tile_writer_open(&writer, arena, "almere-2026", &fault);
 *     tile_writer_add(&writer, leaf, &fault);      // all of them in order
 *     tile_writer_close(&writer, note, &fault);    // the checkpoint of that size, whose root is log_tree_root(&writer.tree)
 */
#ifndef AUDIT_TILE_H
#define AUDIT_TILE_H

#include "audit/log_tree.h"

/* A leaf's length is two bytes. */
#define TILE_ENTRY_BYTES_MAX 65535
/* In place of the level. */
#define TILE_ENTRIES (-1)

/* `tile/0/x001/x234/067` or, of a width below 256, `tile/0/x001/x234/067.p/112`. */
struct text tile_path(struct arena *arena, int level, uint64_t index, unsigned width);
/* The same, read; false when no tile is called so. A full one has the width 256. */
bool tile_path_read(struct text path, int *level, uint64_t *index, unsigned *width);
/* How many hashes the tile (level, index) has in a tree of that size: 0 to 256. */
unsigned tile_width(uint64_t size, unsigned level, uint64_t index);

void tile_entry_add(struct buffer *bundle, struct text leaf);
/* The entry that begins at `*at`, which moves on; false at the end, and when the last one is cut off (*at is before). */
bool tile_entry_next(struct text bundle, size_t *at, struct text *leaf);

struct tile_writer {
    const char *folder;
    struct log_tree tree;
    struct buffer bundle; /* the leaves of the last tile */
};
bool tile_writer_open(struct tile_writer *writer, struct arena *arena, const char *folder,
                      struct fault *fault) MUST_USE;
bool tile_writer_add(struct tile_writer *writer, struct text leaf, struct fault *fault) MUST_USE;
/* Writes what is left and `checkpoint`: a note over the root of writer->tree (log_tree_root) and its size. */
bool tile_writer_close(struct tile_writer *writer, struct text checkpoint, struct fault *fault) MUST_USE;

#endif
