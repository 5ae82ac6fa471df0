/*
 * What a verifier asks of a leaf beside its hash: that it is one JSON object, of which log it speaks, and when.
 *
 * A scanner of its own, because a leaf is looked at among hundreds of thousands a second: it allocates nothing and goes
 * over the bytes once. It checks the form only as far as it must to find the members of the outermost object.
 */
#ifndef AUDIT_VERIFY_LEAF_H
#define AUDIT_VERIFY_LEAF_H

#include "base/text.h"

struct leaf_view {
    struct text log, time; /* without quotes; absent when it has none, or it is no plain text */
};
bool leaf_view_read(struct text leaf, struct leaf_view *view);

#endif
