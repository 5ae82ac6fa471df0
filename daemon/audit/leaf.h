/*
 * A leaf: what is said of a record for ever, and may be handed to anyone: canonical JSON of at most LEAF_BYTES_MAX,
 * without fact, pseudonym, outcome or rule id. The tree is made of these very bytes.
 *
 *     {"answer":"sha256:...","client":"...","contents":"sha256:...","edition":"sha256:...","id":"...","kind":"...",
 *      "log":"almere/2026","sealed":"sha256:...","time":"...","v":1}
 *
 * `answer`, `contents`, `edition` and `sealed` are there when there is what they speak of. `about` is an object that
 * some kinds have, of nothing personal: the head that a log begins from, a day, an erasure's order.
 */
#ifndef AUDIT_LEAF_H
#define AUDIT_LEAF_H

#include "base/digest.h"
#include "base/value.h"

#define LEAF_BYTES_MAX 1024
#define LEAF_VERSION 1

struct leaf {
    struct text kind, id, log, time, client;
    struct text edition; /* or absent */
    bool has_contents, has_answer, has_sealed;
    struct digest contents, answer, sealed;
    const struct value *about; /* or NULL */
};

/* False when it would be too large: only by `about`, or a name that is longer than ID_LENGTH_MAX. */
bool leaf_write(struct arena *arena, const struct leaf *leaf, struct text *text) __attribute__((warn_unused_result));
/* False, with what was found and what was expected, when these are not the bytes of a leaf of ours. */
bool leaf_read(struct arena *arena, struct text text, struct leaf *leaf, struct text *problem)
    __attribute__((warn_unused_result));

#endif
