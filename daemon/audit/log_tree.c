#include "audit/log_tree.h"

#include <assert.h>
#include <string.h>

/* log2(TILE_WIDTH): levels of the tree in one level of tiles. */
#define TILE_HEIGHT 8

/*
 * All complete subtrees of a tile, one row above the other: 256 hashes, 128, ... 1. Of a tile of some width, row k has
 * width >> k of them.
 */
struct tile_hashes {
    bool used;
    uint64_t index;
    unsigned width;
    struct digest rows[2 * TILE_WIDTH - 1];
};

/* Row k, hash i. */
static size_t place_of(unsigned row, uint64_t at)
{
    assert(row <= TILE_HEIGHT && at < (uint64_t)(TILE_WIDTH >> row));
    return (size_t)(2 * TILE_WIDTH - (2 * TILE_WIDTH >> row)) + (size_t)at;
}

static void tile_begin(struct tile_hashes *tile, uint64_t index)
{
    tile->used = true;
    tile->index = index;
    tile->width = 0;
}

/* Adds a hash, and above it all that it completes. */
static void tile_add(struct tile_hashes *tile, struct digest hash)
{
    assert(tile->width < TILE_WIDTH);
    unsigned at = tile->width++;
    tile->rows[place_of(0, at)] = hash;
    for (unsigned row = 1; row <= TILE_HEIGHT && (tile->width & ((1U << row) - 1)) == 0; row++, at >>= 1)
        tile->rows[place_of(row, at >> 1)] =
            tree_node(tile->rows[place_of(row - 1, at & ~1U)], tile->rows[place_of(row - 1, at | 1)]);
}

static struct digest tile_root(const struct tile_hashes *tile)
{
    assert(tile->width == TILE_WIDTH);
    return tile->rows[place_of(TILE_HEIGHT, 0)];
}

void log_tree_init(struct log_tree *tree, struct arena *arena, struct tile_store store)
{
    *tree = (struct log_tree){.arena = arena, .store = store};
}

/* The last tile of a level, begun when there is none or it is full. */
static struct tile_hashes *tile_to_grow(struct log_tree *tree, unsigned level)
{
    struct tile_level *at = &tree->levels[level];
    if (at->last && at->last->used && at->last->width < TILE_WIDTH)
        return at->last;
    if (at->last && at->last->used) {
        struct tile_hashes *full = at->last;
        at->last = at->before;
        at->before = full;
    }
    if (!at->last)
        at->last = ARENA_NEW(tree->arena, struct tile_hashes);
    assert(level * TILE_HEIGHT < 64);
    tile_begin(at->last, tree->size >> (level * TILE_HEIGHT) >> TILE_HEIGHT);
    return at->last;
}

/* The stored tile (level, index) into tree->read. */
static bool tile_read(struct log_tree *tree, unsigned level, uint64_t index, struct fault *fault)
{
    if (!tree->read)
        tree->read = ARENA_NEW(tree->arena, struct tile_hashes);
    unsigned char bytes[TILE_BYTES];
    tree->read->used = false;
    if (!tree->store.read(tree->store.context, level, index, bytes, fault))
        return false;
    /* Its level stands above the index, where no index reaches. */
    tile_begin(tree->read, (uint64_t)level << 60 | index);
    for (size_t i = 0; i < TILE_WIDTH; i++) {
        struct digest hash;
        memcpy(hash.bytes, bytes + i * DIGEST_BYTES, DIGEST_BYTES);
        tile_add(tree->read, hash);
    }
    return true;
}

bool log_tree_open(struct log_tree *tree, uint64_t tiles, struct fault *fault)
{
    assert(tiles < 1ULL << 55);
    for (unsigned level = 1; level < TILE_LEVELS; level++) {
        uint64_t below = tiles >> ((level - 1) * TILE_HEIGHT); /* full tiles of the level below */
        uint64_t index = below >> TILE_HEIGHT;
        if (below % TILE_WIDTH == 0)
            continue;
        tree->size = index << TILE_HEIGHT << (level * TILE_HEIGHT);
        struct tile_hashes *tile = tile_to_grow(tree, level);
        for (uint64_t at = index << TILE_HEIGHT; at < below; at++) {
            if (!tile_read(tree, level - 1, at, fault))
                return false;
            tile_add(tile, tile_root(tree->read));
        }
    }
    tree->size = tiles << TILE_HEIGHT;
    return true;
}

unsigned log_tree_append(struct log_tree *tree, struct digest leaf)
{
    unsigned full = 0;
    struct digest hash = leaf;
    for (unsigned level = 0; level < TILE_LEVELS; level++) {
        struct tile_hashes *tile = tile_to_grow(tree, level);
        tile_add(tile, hash);
        if (tile->width < TILE_WIDTH)
            break;
        hash = tile_root(tile);
        full++;
    }
    tree->size++;
    return full;
}

struct text log_tree_full(const struct log_tree *tree, unsigned level, uint64_t *index)
{
    const struct tile_hashes *tile = tree->levels[level].last;
    assert(tile && tile->used && tile->width == TILE_WIDTH);
    *index = tile->index;
    return (struct text){(const char *)tile->rows, TILE_BYTES};
}

struct text log_tree_partial(const struct log_tree *tree, unsigned level)
{
    const struct tile_hashes *tile = tree->levels[level].last;
    if (!tile || !tile->used || tile->width == TILE_WIDTH)
        return (struct text){0};
    return (struct text){(const char *)tile->rows, tile->width * (size_t)DIGEST_BYTES};
}

struct digest log_tree_root(const struct log_tree *tree)
{
    struct digest root = {0};
    bool begun = false;
    for (unsigned bit = 0; bit < 64; bit++) {
        if ((tree->size >> bit & 1) == 0)
            continue;
        const struct tile_hashes *tile = tree->levels[bit / TILE_HEIGHT].last;
        unsigned row = bit % TILE_HEIGHT;
        struct digest peak = tile->rows[place_of(row, (tile->width >> row) - 1)];
        root = begun ? tree_node(peak, root) : peak;
        begun = true;
    }
    return begun ? root : tree_empty();
}

/*
 * What a level holds after that many of its hashes. Their tile is the last one or the one before; what is cut off is
 * overwritten later, because a row counts only as far as the width goes.
 */
static void level_back(struct tile_level *at, uint64_t hashes)
{
    if (!at->last || !at->last->used)
        return;
    uint64_t index = hashes == 0 ? 0 : (hashes - 1) >> TILE_HEIGHT;
    if (hashes == 0) {
        at->last->used = false;
    } else if (at->last->index != index) {
        struct tile_hashes *later = at->last;
        later->used = false;
        if (at->before && at->before->used && at->before->index == index) {
            at->last = at->before;
            at->before = later;
        } else { /* it is full, and only stored */
            assert(hashes % TILE_WIDTH == 0);
        }
    }
    if (at->last->used)
        at->last->width = (unsigned)(hashes - (index << TILE_HEIGHT));
}

void log_tree_back(struct log_tree *tree, uint64_t size)
{
    assert(size <= tree->size && tree->size - size <= TILE_WIDTH);
    tree->size = size;
    for (unsigned level = 0; level < TILE_LEVELS; level++)
        level_back(&tree->levels[level], size >> (level * TILE_HEIGHT));
    if (tree->read)
        tree->read->used = false;
}

static bool holds(const struct tile_hashes *tile, uint64_t index, unsigned row, uint64_t at)
{
    return tile && tile->used && tile->index == index && at < tile->width >> row;
}

static bool hash_of(void *context, unsigned level, uint64_t index, struct digest *hash, struct fault *fault)
{
    struct log_tree *tree = context;
    unsigned tile_level = level / TILE_HEIGHT, row = level % TILE_HEIGHT;
    assert(level < 64 && index < tree->size >> level);
    uint64_t tile = index >> (TILE_HEIGHT - row), at = index & ((uint64_t)(TILE_WIDTH >> row) - 1);
    const struct tile_level *held = &tree->levels[tile_level];
    const struct tile_hashes *found = holds(held->last, tile, row, at)     ? held->last
                                      : holds(held->before, tile, row, at) ? held->before
                                                                           : tree->read;
    if (found == tree->read && !holds(found, (uint64_t)tile_level << 60 | tile, row, at)) {
        if (!tile_read(tree, tile_level, tile, fault))
            return false;
        found = tree->read;
    }
    *hash = found->rows[place_of(row, at)];
    return true;
}

struct tree_reader log_tree_reader(struct log_tree *tree)
{
    return (struct tree_reader){hash_of, tree};
}
