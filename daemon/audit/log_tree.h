/*
 * The tree of one log that grows: the tiles in memory that are not full, the full ones in a store.
 *
 * Per level of tiles (of 256 hashes: level 0 the leaves, above it the roots of full tiles) the last tile and the full
 * one before it are kept with all hashes inside them. So appending costs two hashes, the root some twenty, and a proof
 * for any of the last 256 leaves reads nothing. Older ones take at most one stored tile a level.
 *
 *     log_tree_init(&tree, arena, store);
 *     log_tree_open(&tree, full_tiles_at_level_0, &fault);  // what the store has; then append the leaves after them
 *     unsigned full = log_tree_append(&tree, tree_leaf(leaf));
 *     for (unsigned level = 0; level < full; level++)
 *         store level, index and the 8 KiB of log_tree_full(&tree, level, &index)
 *     struct digest root = log_tree_root(&tree);            // with tree.size: the head
 *     struct tree_reader reader = log_tree_reader(&tree);   // for tree_inclusion, tree_consistency, tree_root
 *
 * A transaction that is rolled back takes the tree back with it: log_tree_back. 32 KiB a level and log, in the arena,
 * made when the level is first used.
 */
#ifndef AUDIT_LOG_TREE_H
#define AUDIT_LOG_TREE_H

#include "audit/tree.h"

/* Hashes in a full tile, as one byte of the index; its bytes; levels of them that 64 bits can count. */
#define TILE_WIDTH 256
#define TILE_BYTES ((size_t)TILE_WIDTH * DIGEST_BYTES)
#define TILE_LEVELS 8

/* Reads the full tile (level, index): its 256 hashes one after the other. Asked only for tiles that were stored. */
struct tile_store {
    bool (*read)(void *context, unsigned level, uint64_t index, unsigned char tile[TILE_BYTES], struct fault *fault);
    void *context;
};

struct tile_hashes; /* a tile with all hashes inside it */

struct log_tree {
    uint64_t size;
    struct tile_level {
        struct tile_hashes *last, *before; /* `before` is the full tile before the last one, when it has a width */
    } levels[TILE_LEVELS];
    struct tile_hashes *read; /* the stored tile that was read last */
    struct tile_store store;
    struct arena *arena;
};

void log_tree_init(struct log_tree *tree, struct arena *arena, struct tile_store store);
/*
 * The tree of `tiles` full tiles of level 0, all stored, and those above them; the caller appends the leaves after
 * them. Reads the tiles under the hashes of each unfinished tile: at most 255 a level.
 */
bool log_tree_open(struct log_tree *tree, uint64_t tiles, struct fault *fault) MUST_USE;
/* Appends, and says how many tiles that filled: those of the levels 0 to the answer, to be stored. */
unsigned log_tree_append(struct log_tree *tree, struct digest leaf);
/* The tile of `level` that the last append filled: TILE_BYTES, valid until the next; and its index. */
struct text log_tree_full(const struct log_tree *tree, unsigned level, uint64_t *index);
/* The unfinished tile of `level`: absent when it has no hash. */
struct text log_tree_partial(const struct log_tree *tree, unsigned level);
struct digest log_tree_root(const struct log_tree *tree);
/* Back to an earlier size: at most TILE_WIDTH leaves of those that were appended since log_tree_open. */
void log_tree_back(struct log_tree *tree, uint64_t size);
/* Knows the hashes of all complete subtrees; what was filled and is not the last or the one before, must be stored. */
struct tree_reader log_tree_reader(struct log_tree *tree);

#endif
