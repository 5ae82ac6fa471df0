/*
 * A case: facts that somebody stated and events that happened, read from a request or an example and checked against
 * the region's vocabulary. Nothing is decided on a case that is wrong.
 *
 * (`case` is a keyword of C: a case is a `struct case_file`.)
 */
#ifndef ENGINE_CASE_H
#define ENGINE_CASE_H

#include "base/refusal.h"
#include "covenant/model.h"

/* What is known of one fact. */
struct stated {
    bool known;
    struct scalar value;
    struct text by; /* who stated it; absent when not said */
    bool has_on;
    struct date on; /* since when it is known; one stated after the date decided for is not yet known */
};

/* One event that happened. */
struct entry {
    size_t event; /* in the vocabulary */
    struct date on;
    bool has_at;
    struct moment at;
    struct text ref;          /* absent when not said */
    struct stated *attributes; /* by index of the event type's attributes; `known` when given */
    const struct value *source; /* as written, for Lua and for reasons */
};

struct case_file {
    struct text id;
    const struct region *region;
    const struct stated *facts; /* by index of the vocabulary's facts */
    const struct entry *entries; /* by date, then time, then content; the same one twice stands once */
    size_t entries_count;
};

/*
 * Reads `/case` of a request. `at` points to the case itself, for the errors. False when anything is wrong; then all
 * that is wrong was added. An unknown region is `unknown_region` at `/case/region`, all else `invalid_case`.
 */
bool case_read(struct arena *arena, const struct rules *rules, const struct value *source, const struct pointer *at,
               struct case_file *case_file, struct refusals *refusals);
/* Does it pass the eleven-test of a BSN: 8 or 9 digits, also with `.`, `-` or `_` between them, or `bsn` before? */
bool is_bsn(struct text text);

#endif
