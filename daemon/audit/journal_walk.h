/*
 * The walk over a whole journal, for its own files alone: everything that it says of itself is derived again, in slices,
 * so that a daemon does it beside serving (journal_check_step) and a checker of a copy in one go (audit/journal_check.h).
 *
 * 1. The records in order of their keys, each row once: it is the next of its log; its leaf is one, speaks of this log
 *    and id, and is no older than the one before; the leaf is the one in the tiles, and so is every hash above it; the
 *    payload is the one of the leaf, or was erased; its edition is there; the look-ups lead to it. At the end each log
 *    has as many records as its head says, and their root.
 * 2. The index by log and the tables of look-ups hold nothing beside that.
 * 3. Editions and files are those of their digests.
 *
 * What is walked over is what was there when it began; what comes meanwhile was checked when it was written. Per log
 * some 2 KiB are kept, and nothing per record (but the place of each payload that is gone, when there are no keys).
 *
 * The first thing that is wrong ends it.
 */
#ifndef AUDIT_JOURNAL_WALK_H
#define AUDIT_JOURNAL_WALK_H

#include "audit/journal_database.h"

struct walk;

/* What is wrong: of which record, when it is about one (else log absent, or index below 0). */
struct walk_finding {
    char message[320];
    char log[160];
    long long index;
};

/* Begins one: not while a batch is open. `filed`: the mark of the look-ups. NULL without memory. */
struct walk *walk_begin(struct journal *journal, long long filed);
/*
 * Each payload that has a key is opened too, and its contents compared with the leaf. Otherwise that is done, where keys
 * are at hand, only of records that no table of look-ups tells the slot of yet.
 */
void walk_open_payloads(struct walk *walk);
/* Accepts NULL. */
void walk_end(struct walk *walk);
/*
 * Goes on until the time is over (CLOCK_MONOTONIC, in microseconds), a little at least. `*over` when all was seen, or
 * something is wrong.
 */
bool walk_on(struct walk *walk, int64_t until_us, bool *over, struct fault *fault) MUST_USE;
/* NULL: nothing is wrong so far. */
const struct walk_finding *walk_found(const struct walk *walk);
struct walk_progress {
    long long records, total, erased;
};
struct walk_progress walk_progress(const struct walk *walk);

#endif
