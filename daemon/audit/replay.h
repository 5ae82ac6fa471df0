/*
 * Replay: decide a record again from what is recorded, and compare bytes. Nothing but the journal is read.
 */
#ifndef AUDIT_REPLAY_H
#define AUDIT_REPLAY_H

#include "audit/journal.h"
#include "engine/edition.h"

/* Editions that were loaded again for replay, kept for the next one: the newest few. */
struct edition_cache {
    struct edition *items[4];
    size_t count;
};
void edition_cache_finish(struct edition_cache *cache);
/*
 * The edition of that digest: `current` when it is that one, else from the cache or the journal. NULL with a fault
 * when the journal does not hold it; when its files no longer load (another engine), `*findings` says why.
 */
struct edition *edition_cache_get(struct edition_cache *cache, struct journal *journal, struct edition *current,
                                  struct text digest, struct findings *findings, struct fault *fault);

/*
 * {"outcome": "identical"} or {"outcome": "different", "at", "recorded", "replayed", "because"}; the decision made
 * again is in `*again` (may be NULL), with its trace when `trace` is set.
 */
bool replay_record(struct arena *arena, struct edition_cache *cache, struct journal *journal, struct edition *current,
                   const struct record *record, bool trace, struct value **outcome, struct value **again,
                   struct fault *fault) MUST_USE;

#endif
