#include "audit/tree.h"

#include <assert.h>

struct digest tree_leaf(struct text leaf)
{
    struct text parts[] = {{"\0", 1}, leaf};
    return digest_of_parts(parts, 2);
}

struct digest tree_node(struct digest left, struct digest right)
{
    char bytes[1 + 2 * DIGEST_BYTES] = {1};
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        bytes[1 + i] = (char)left.bytes[i];
        bytes[1 + DIGEST_BYTES + i] = (char)right.bytes[i];
    }
    return digest_of((struct text){bytes, sizeof bytes});
}

struct digest tree_empty(void)
{
    return digest_of(TEXT(""));
}

/* The largest power of two below `size`, as its exponent; `size` > 1. */
static unsigned split_level(uint64_t size)
{
    unsigned level = 0;
    while (size > 2ULL << level)
        level++;
    return level;
}

/* The number of bits that are set. */
static unsigned ones(uint64_t number)
{
    unsigned count = 0;
    for (; number != 0; number &= number - 1)
        count++;
    return count;
}

static unsigned bit_length(uint64_t number)
{
    unsigned length = 0;
    for (; number != 0; number >>= 1)
        length++;
    return length;
}

/*
 * MTH(D[from : to]) of a range that RFC 6962 makes a subtree: `from` is a multiple of a power of two that is at least
 * to - from. Its complete subtrees are joined from the right, the smallest first.
 */
static bool range_hash(const struct tree_reader *reader, uint64_t from, uint64_t to, struct digest *hash,
                       struct fault *fault)
{
    struct digest joined;
    bool begun = false;
    uint64_t size = to - from;
    for (unsigned level = 0; level < 64 && size >> level != 0; level++) {
        if ((size >> level & 1) == 0)
            continue;
        struct digest part;
        uint64_t end = from + (size >> level << level); /* of this part */
        if (!reader->hash(reader->context, level, (end >> level) - 1, &part, fault))
            return false;
        joined = begun ? tree_node(part, joined) : part;
        begun = true;
    }
    *hash = begun ? joined : tree_empty();
    return true;
}

bool tree_root(const struct tree_reader *reader, uint64_t size, struct digest *root, struct fault *fault)
{
    return range_hash(reader, 0, size, root, fault);
}

/* A proof is made from the top and read from the bottom. */
static void proof_reverse(struct tree_proof *proof)
{
    for (size_t i = 0; i < proof->count / 2; i++) {
        struct digest other = proof->hashes[i];
        proof->hashes[i] = proof->hashes[proof->count - 1 - i];
        proof->hashes[proof->count - 1 - i] = other;
    }
}

static bool proof_add(const struct tree_reader *reader, uint64_t from, uint64_t to, struct tree_proof *proof,
                      struct fault *fault)
{
    assert(proof->count < TREE_PROOF_MAX);
    return range_hash(reader, from, to, &proof->hashes[proof->count++], fault);
}

/* PATH(m, D[n]) of RFC 6962, 2.1.1: down to the leaf, taking the other side each time. */
bool tree_inclusion(const struct tree_reader *reader, uint64_t index, uint64_t size, struct tree_proof *proof,
                    struct fault *fault)
{
    assert(index < size);
    proof->count = 0;
    for (uint64_t from = 0, to = size; to - from > 1;) {
        uint64_t middle = from + (1ULL << split_level(to - from));
        bool left = index < middle;
        if (!proof_add(reader, left ? middle : from, left ? to : middle, proof, fault))
            return false;
        if (left)
            to = middle;
        else
            from = middle;
    }
    proof_reverse(proof);
    return true;
}

/* SUBPROOF(m, D[n], b) of RFC 6962, 2.1.2: down to the right edge of the older tree. */
bool tree_consistency(const struct tree_reader *reader, uint64_t from_size, uint64_t to_size, struct tree_proof *proof,
                      struct fault *fault)
{
    assert(from_size <= to_size);
    proof->count = 0;
    if (from_size == 0 || from_size == to_size)
        return true;
    uint64_t from = 0, to = to_size;
    while (to != from_size) {
        uint64_t middle = from + (1ULL << split_level(to - from));
        bool left = from_size <= middle;
        if (!proof_add(reader, left ? middle : from, left ? to : middle, proof, fault))
            return false;
        if (left)
            to = middle;
        else
            from = middle;
    }
    /* The subtree that ends there: known to the verifier when it is the whole older tree. */
    if (from != 0 && !proof_add(reader, from, to, proof, fault))
        return false;
    proof_reverse(proof);
    return true;
}

/*
 * How long an inclusion path is: as many hashes as there are levels below the one at which the paths to the leaf and to
 * the last leaf part, and then one for each complete subtree to the left of both.
 */
static unsigned inner_length(uint64_t index, uint64_t size)
{
    return bit_length(index ^ (size - 1));
}

static struct digest chain_inner(struct digest hash, const struct digest *path, unsigned count, uint64_t index)
{
    for (unsigned i = 0; i < count; i++)
        hash = (index >> i & 1) == 0 ? tree_node(hash, path[i]) : tree_node(path[i], hash);
    return hash;
}

/* The same over those parts only that lie to the left: the root of the older tree. */
static struct digest chain_inner_left(struct digest hash, const struct digest *path, unsigned count, uint64_t index)
{
    for (unsigned i = 0; i < count; i++)
        if ((index >> i & 1) == 1)
            hash = tree_node(path[i], hash);
    return hash;
}

static struct digest chain_border(struct digest hash, const struct digest *path, size_t count)
{
    for (size_t i = 0; i < count; i++)
        hash = tree_node(path[i], hash);
    return hash;
}

bool tree_includes(struct digest root, uint64_t size, struct digest leaf, uint64_t index,
                   const struct tree_proof *proof)
{
    if (index >= size)
        return false;
    unsigned inner = inner_length(index, size), border = inner < 64 ? ones(index >> inner) : 0;
    if (proof->count != (size_t)inner + border)
        return false;
    struct digest found = chain_inner(leaf, proof->hashes, inner, index);
    return digest_equal(chain_border(found, proof->hashes + inner, border), root);
}

bool tree_continues(struct digest from_root, uint64_t from, struct digest to_root, uint64_t to,
                    const struct tree_proof *proof)
{
    if (from == 0 || from > to)
        return false;
    if (from == to)
        return proof->count == 0 && digest_equal(from_root, to_root);
    unsigned shift = 0; /* of the subtree at the right edge of the older tree */
    while ((from >> shift & 1) == 0)
        shift++;
    unsigned inner = inner_length(from - 1, to) - shift;
    unsigned border = inner + shift < 64 ? ones((from - 1) >> (inner + shift)) : 0;
    size_t known = from == 1ULL << shift ? 0 : 1; /* hashes that begin the proof: the subtree, unless it is the root */
    if (proof->count != known + inner + border)
        return false;
    struct digest seed = known == 1 ? proof->hashes[0] : from_root;
    const struct digest *path = proof->hashes + known;
    uint64_t index = (from - 1) >> shift;
    struct digest older = chain_border(chain_inner_left(seed, path, inner, index), path + inner, border);
    struct digest newer = chain_border(chain_inner(seed, path, inner, index), path + inner, border);
    return digest_equal(older, from_root) && digest_equal(newer, to_root);
}
