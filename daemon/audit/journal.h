/*
 * The journal: records, editions and rule files, in one SQLite database in the data folder. The only user of SQLite.
 *
 * WAL, synchronous=FULL, one connection, locking_mode=EXCLUSIVE (SQLite 3.40's WAL-reset defect needs two; and on a
 * full disk a WAL database opens only so). What is appended becomes durable with journal_commit: an answer is sent
 * only after it returned true.
 *
 * A failed write rolls the batch back: FAULT_FULL means nothing was written and later it may work; anything else means
 * that the journal can no longer be relied on: stop acknowledging and exit, never retry.
 */
#ifndef AUDIT_JOURNAL_H
#define AUDIT_JOURNAL_H

#include "audit/record.h"
#include "base/fault.h"
#include "base/files.h"

struct journal;

/* Opens or makes DIR/journal.db (DIR is made with mode 0700). FAULT_BUSY when another process has it. */
struct journal *journal_open(const char *folder, struct fault *fault);
/* Accepts NULL. Checkpoints the WAL. */
void journal_close(struct journal *journal);

/* Who asked what, for idempotency: only keyed hashes of these are stored. */
struct request_key {
    struct text client, verb, region, request; /* `request` absent: not idempotent */
    struct text body;                          /* canonical JSON without `request` */
};

/*
 * Appends to the open batch (opened by the first append): gives the record its id, index and time, and remembers the
 * request. `key` NULL for records that nobody asked for.
 */
bool journal_append(struct journal *journal, struct arena *arena, struct record *record, const struct request_key *key,
                    struct fault *fault) MUST_USE;
bool journal_commit(struct journal *journal, struct fault *fault) MUST_USE;
void journal_rollback(struct journal *journal);

enum journal_seen { SEEN_NEVER, SEEN_SAME, SEEN_OTHER /* the same id with another body */ };
/* Was this request recorded before (also in the open batch)? With SEEN_SAME the record is in `*record`. */
bool journal_seen(struct journal *journal, struct arena *arena, const struct request_key *key, enum journal_seen *seen,
                  struct record *record, struct fault *fault) MUST_USE;

/* FAULT_ABSENT when there is no such record. */
bool journal_record(struct journal *journal, struct arena *arena, struct text id, struct record *record,
                    struct fault *fault) MUST_USE;
/* Records of one log from `from`, at most `limit`; `log` absent: all logs in order of id, `from` counts them. */
struct record_list {
    struct record *items;
    size_t count, capacity;
};
bool journal_range(struct journal *journal, struct arena *arena, struct text log, long long from, size_t limit,
                   struct record_list *list, struct fault *fault) MUST_USE;
/* Logs by name with how many records each has. */
struct log_size {
    struct text log;
    long long size;
};
bool journal_logs(struct journal *journal, struct arena *arena, struct log_size **logs, size_t *count,
                  struct fault *fault) MUST_USE;

/* Stores an edition's manifest and files by digest, once; durable when it returns (within an open batch: with it). */
bool journal_store_edition(struct journal *journal, struct text digest, struct text manifest,
                           const struct file_set *files, struct fault *fault) MUST_USE;
/* Its files again; FAULT_ABSENT when it is not there. */
bool journal_edition_files(struct journal *journal, struct arena *arena, struct text digest, struct text *manifest,
                           struct file_set *files, struct fault *fault) MUST_USE;

#endif
