/*
 * Look-ups by request and by case. Hashes are random keys: kept in an index, each would cost a commit a page or two of
 * its own. So those of new records stay in memory, and are filed sorted, thousands at a time, after the answers: tables
 * `request_record` (request to record), `case_slot` (case to the slots of its keys) and `slot_record` (slot to records).
 *
 * In the tables are those of all records up to `filed`, a mark that is written with the last of them; in memory are
 * those of the records after it, and a start reads them again from the records. While a filing is under way it is in
 * the tables that some stand twice. Nothing is lost with them: they can be made anew from the records.
 *
 * Bounds: 2.3 MiB of memory; a slice of a filing after a batch takes FILING_US at most, unless so many wait that they
 * soon find no place.
 *
 * What is filed or remembered of a case that is erased goes with it: its hash is in no table then, and not in memory.
 */
#ifndef AUDIT_JOURNAL_LOOKUP_H
#define AUDIT_JOURNAL_LOOKUP_H

#include "base/digest.h"
#include "base/fault.h"

struct journal;
struct lookups;

enum lookup_table {
    LOOKUP_REQUEST, /* request_record */
    LOOKUP_CASE,    /* case_slot */
    LOOKUP_SLOT,    /* slot_record */
    LOOKUP_TABLES
};

/* Of a hash that is stored; the last four are a check of the others, because no leaf speaks of them. */
#define HASH_BYTES 16
#define HASH_CHECK_BYTES 4
/* Sets the check of a hash; is it as it was set? */
void hash_mark(struct digest *hash);
bool hash_marked(const unsigned char hash[HASH_BYTES]);

/* What is known of a new record. */
struct lookup {
    long long number, slot;
    bool has_subject, has_request;
    unsigned char subject[HASH_BYTES], request[HASH_BYTES];
};

/* Reads those after the mark again from the records, and files them when they are too many. */
bool lookups_open(struct journal *journal, struct fault *fault) MUST_USE;
/* Accepts NULL. Nothing is filed: the next start reads them again. */
void lookups_close(struct lookups *lookups);
/* Is there place for one more? Without room on the disk nothing was filed for long. */
bool lookups_have_room(const struct lookups *lookups);
/* Those of the records up to that one are in the tables. */
long long lookups_filed(const struct lookups *lookups);
/* Of the open batch, until lookups_keep or lookups_drop. */
void lookups_add(struct lookups *lookups, const struct lookup *lookup);
void lookups_keep(struct lookups *lookups);
void lookups_drop(struct lookups *lookups);
/* Do so many wait that filing them comes before all else? */
bool lookups_press(const struct lookups *lookups);
/* Files a slice when it is time to. FAULT_FULL: later. Not while a batch is open. */
bool lookups_tidy(struct journal *journal, struct fault *fault) MUST_USE;

/* The record of a request; 0 when there is none. */
bool lookup_request(struct journal *journal, const struct digest *request, long long *number,
                    struct fault *fault) MUST_USE;
/* The slot of a case's newest record; KEYS_SLOT_NONE when there is none. */
bool lookup_slot(struct journal *journal, const struct digest *subject, long long *slot, struct fault *fault) MUST_USE;
/*
 * The records of a case after the record `after`, in order: fills in at most `count` numbers, and says how many. Fewer
 * than asked for: there are no more.
 */
bool lookup_records(struct journal *journal, const struct digest *subject, long long after, long long *numbers,
                    size_t count, size_t *found, struct fault *fault) MUST_USE;
/*
 * In the open batch: takes out of the rows of that slot's records what was sealed and hashed, and out of the tables
 * the case. After its commit lookups_forget does so in memory.
 */
bool lookups_erase(struct journal *journal, long long slot, struct fault *fault) MUST_USE;
void lookups_forget(struct lookups *lookups, long long slot);

#endif
