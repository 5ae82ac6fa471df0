/*
 * A proof that a leaf is in a log, in one text that verifies offline (c2sp.org/tlog-proof@v1): the index, the path, and
 * the signed checkpoint. With the leaf beside it, it is a receipt.
 */
#ifndef AUDIT_PROOF_H
#define AUDIT_PROOF_H

#include "audit/note.h"
#include "audit/tree.h"

struct proof {
    uint64_t index;
    struct tree_proof path;
    struct text note; /* the checkpoint, whole */
};

struct text proof_text(struct arena *arena, const struct proof *proof);
/* The form alone. An `extra` line is allowed and left alone: nobody signed it. */
bool proof_read(struct text text, struct proof *proof);

enum proof_verdict {
    PROOF_GOOD,
    PROOF_UNANCHORED, /* all is well, but no key was given to know the log by */
    PROOF_MALFORMED,
    PROOF_UNSIGNED, /* not by any of the keys */
    PROOF_FORGED,   /* a signature of one of the keys is wrong */
    PROOF_OTHER,    /* the leaf is not the one at that index */
};
/* Of the receipt: leaf and proof. `*checkpoint`, when wanted, is filled in unless it is malformed. */
enum proof_verdict proof_verify(struct arena *arena, struct text proof, struct text leaf, const struct note_key *keys,
                                size_t key_count, struct checkpoint *checkpoint);

#endif
