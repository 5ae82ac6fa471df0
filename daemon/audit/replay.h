/*
 * Replay: decide a record again from what is recorded, and compare bytes. Nothing but the journal is read; or, on a
 * machine that has no journal, an export.
 */
#ifndef AUDIT_REPLAY_H
#define AUDIT_REPLAY_H

#include "audit/journal.h"
#include "engine/decide.h"

/*
 * Where the files of editions lie, by the edition's digest. FAULT_ABSENT when it is not there; another fault when it
 * cannot be read.
 */
struct edition_store {
    bool (*files)(void *context, struct arena *arena, struct text digest, struct text *manifest, struct file_set *files,
                  struct fault *fault);
    void *context;
};
struct edition_store edition_store_of(struct journal *journal);

/*
 * Editions that were loaded again from the journal, kept for the next record: the newest few. An edition that is got
 * from here is borrowed: it is good until the next one is got.
 */
struct edition_cache {
    struct {
        struct text digest; /* as recorded: another engine gives the same files another one */
        struct edition *edition;
    } items[4];
    size_t count;
};
void edition_cache_finish(struct edition_cache *cache);
/*
 * The edition of that digest: `current` when it is that one, else from the cache or the store. NULL with a fault
 * when that does not hold it (FAULT_ABSENT) or cannot be read; NULL without one when its files no longer load
 * (another engine): then `findings` says why.
 */
struct edition *edition_cache_get(struct edition_cache *cache, struct edition_store store, struct edition *current,
                                  struct text digest, struct findings *findings, struct fault *fault);

/*
 * Decides what a record was asked, for its date: as it was asked (`trace`, `for`), or whole, as the record holds it,
 * and then with a trace when `trace` is set. NULL when that can no longer be done; the refusals say why.
 */
struct value *decide_as_asked(struct arena *arena, const struct rules *rules, const struct record *record,
                              struct refusals *refusals);
struct value *decide_whole(struct arena *arena, const struct rules *rules, const struct record *record, bool trace,
                           struct refusals *refusals);

/*
 * {"outcome": "identical"}, {"outcome": "erased"} or {"outcome": "different", "at", "recorded", "replayed", "because"}; `recorded` or
 * `replayed` is left out where that side has nothing there. The decision made again is in `*again` (NULL when there is
 * none), with its trace when `trace` is set.
 */
bool replay_record(struct arena *arena, struct edition_cache *cache, struct edition_store store, struct edition *current,
                   const struct record *record, bool trace, struct value **outcome, struct value **again,
                   struct fault *fault) MUST_USE;

#endif
