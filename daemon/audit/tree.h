/*
 * The Merkle tree of RFC 6962, section 2.1 (SHA-256, leaf prefix 0x00, node prefix 0x01): hashes, roots, inclusion and
 * consistency proofs, and both verifications (RFC 9162, sections 2.1.3.2 and 2.1.4.2). Pure: nothing is stored here.
 *
 * Proofs are made from a reader that knows the hash of every complete subtree: (level, index) is the subtree over the
 * leaves from index << level, 1 << level of them; level 0 are the leaves' hashes. log_tree.h is such a reader.
 *
 * What is verified came from somebody else: nothing that a proof or a size says can do more than make it refused.
 */
#ifndef AUDIT_TREE_H
#define AUDIT_TREE_H

#include "base/digest.h"
#include "base/fault.h"

struct digest tree_leaf(struct text leaf);
struct digest tree_node(struct digest left, struct digest right);
/* The root of the empty tree. */
struct digest tree_empty(void);

struct tree_reader {
    bool (*hash)(void *context, unsigned level, uint64_t index, struct digest *hash, struct fault *fault);
    void *context;
};

/* A tree of 2^63 leaves has paths of 63; a consistency proof has one hash more. */
#define TREE_PROOF_MAX 65
struct tree_proof {
    struct digest hashes[TREE_PROOF_MAX];
    size_t count;
};

/* Of the tree of the first `size` leaves. */
bool tree_root(const struct tree_reader *reader, uint64_t size, struct digest *root, struct fault *fault) MUST_USE;
/* The leaf is in it: `index` < `size`. */
bool tree_inclusion(const struct tree_reader *reader, uint64_t index, uint64_t size, struct tree_proof *proof,
                    struct fault *fault) MUST_USE;
/* The tree of `from` is the beginning of the tree of `to`: 0 <= `from` <= `to`; empty when equal or `from` is 0. */
bool tree_consistency(const struct tree_reader *reader, uint64_t from, uint64_t to, struct tree_proof *proof,
                      struct fault *fault) MUST_USE;

bool tree_includes(struct digest root, uint64_t size, struct digest leaf, uint64_t index,
                   const struct tree_proof *proof);
/* `from` 0 is refused: nothing follows from an empty tree. */
bool tree_continues(struct digest from_root, uint64_t from, struct digest to_root, uint64_t to,
                    const struct tree_proof *proof);

#endif
