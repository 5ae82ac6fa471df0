/*
 * The journal: records, their logs' trees, editions and rule files, in one SQLite database in the data folder. The only
 * user of SQLite. Beside it lie the keys of cases and the key that signs (audit/keys.h, audit/signing.h).
 *
 * WAL, synchronous=FULL, one connection, locking_mode=EXCLUSIVE (SQLite 3.40's WAL-reset defect needs two; and on a
 * full disk a WAL database opens only so). What is appended becomes durable with journal_commit: an answer is sent
 * only after it returned true.
 *
 * A failed write rolls the batch back: FAULT_FULL means nothing was written and later it may work; anything else means
 * that the journal can no longer be relied on: stop acknowledging and exit, never retry.
 *
 * Tables: `record`, one row each, whose key is the time and sequence of its id, so that rows come in rising order and
 * an id needs no index: leaf, payload, the slot of its key, keyed hashes of 16 bytes of the request, its body and its
 * case; `log`, with the head: size, root and signed checkpoint, written in the transaction of the records; `tile`, each
 * once it is full; `edition` and `file`, by digest; `meta`.
 *
 * What is read is checked: a record against the tree and its own digests. What is not as it was written is said to be
 * damaged, nothing of it is shown, and nothing is written any more (journal_damage).
 */
#ifndef AUDIT_JOURNAL_H
#define AUDIT_JOURNAL_H

#include "audit/record.h"
#include "audit/tree.h"
#include "base/fault.h"
#include "base/files.h"

struct journal;

/*
 * Opens or makes DIR/journal.db and the keys beside it (DIR is made with mode 0700); `master` names the file of the
 * master key, or is NULL (audit/master.h tells where it is looked for then). FAULT_BUSY when another process has it, FAULT_ABSENT when
 * the folder cannot be made or written, FAULT_FULL when there is no room to make one; else the journal is unreadable.
 */
struct journal *journal_open(const char *folder, const char *master, struct fault *fault);
/* When the newest record was made that was there when it was opened; 0 when there was none. */
struct moment journal_last_known(const struct journal *journal);
/* What is to be said of the keys when the journal is opened, for people: absent, or lines. */
struct text journal_notice(const struct journal *journal, struct arena *arena, const char *folder);
/* Were the keys made just now: are those that verify to be handed over? */
bool journal_new_keys(const struct journal *journal);
/*
 * Is it an older copy than the head that lies beside it? Then it is only read, until journal_continue closes the logs
 * that lost records and begins others, whose first leaf names the last head known and the one restored.
 */
bool journal_restored(const struct journal *journal);
bool journal_continue(struct journal *journal, struct fault *fault) MUST_USE;
/*
 * The same for a head that was kept elsewhere (`where`, for people: "that witness `w1` cosigned"): a log that does not
 * begin with it makes the journal an older copy. FAULT_BROKEN when it is no head that the key of this journal signed.
 */
bool journal_head_known(struct journal *journal, struct text note, const char *where, struct fault *fault) MUST_USE;
/* Somebody has seen so many records of a log: where it has fewer, nothing is written any more. */
void journal_size_known(struct journal *journal, struct text log, long long size, const char *where);
/*
 * Opening checks the newest heads and what was written since the last clean stop (after a crash: since look-ups were
 * filed last, some thousand records). All the rest is checked beside serving, once, in slices: journal_tidy takes a
 * small one now and then, and whoever has nothing to do gives it more. A finding is damage.
 */
bool journal_check_step(struct journal *journal, long long microseconds, struct fault *fault) MUST_USE;
struct journal_progress {
    long long records, total; /* of those that were there when it was opened */
    bool over;
};
struct journal_progress journal_progress(const struct journal *journal);
/* What was found that is not as it was written, the first of it; NULL when nothing was. */
const char *journal_damage(const struct journal *journal);
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
/*
 * Appends what the logs lack of today: the first leaf of each day is `daily`; a year's log is closed by the first leaf
 * of the next year, and another begun (journal_append does the same for the log that it appends to). Nothing when all is there.
 */
bool journal_day(struct journal *journal, struct moment now, struct fault *fault) MUST_USE;
bool journal_commit(struct journal *journal, struct fault *fault) MUST_USE;
/* Is there anything to commit? */
bool journal_has_batch(const struct journal *journal);
void journal_rollback(struct journal *journal);
/* Moves what was committed from the WAL into the database when there is enough of it: for after the answers. */
bool journal_tidy(struct journal *journal, struct fault *fault) MUST_USE;

enum journal_seen {
    SEEN_NEVER,
    SEEN_SAME,
    SEEN_OTHER,  /* the same id with another body */
    SEEN_ERASED, /* it was answered, and its case was erased */
};
/* Was this request recorded before (also in the open batch)? With SEEN_SAME the record is in `*record`. */
bool journal_seen(struct journal *journal, struct arena *arena, const struct request_key *key, enum journal_seen *seen,
                  struct record *record, struct fault *fault) MUST_USE;

/* FAULT_ABSENT when there is no such record. */
bool journal_record(struct journal *journal, struct arena *arena, struct text id, struct record *record,
                    struct fault *fault) MUST_USE;
/* Which records: of a log (or all), of a span of time, of one case, after a record; the oldest first. */
struct record_query {
    struct text log;  /* absent: all logs, in order of id */
    struct text case_id; /* absent: all; only of a log */
    struct text after; /* an id; absent: from the first */
    bool has_since, has_until;
    struct moment since, until; /* both inclusive, by the second */
    long long from;   /* of a log: the first index; of all logs: how many of the span are passed over */
    size_t limit;
};
struct record_list {
    struct record *items;
    size_t count, capacity;
};
bool journal_find(struct journal *journal, struct arena *arena, const struct record_query *query,
                  struct record_list *list, struct fault *fault) MUST_USE;
/* Logs by name with how many records each has, those of the open batch too. */
struct log_size {
    struct text log;
    long long size;
};
struct log_size *journal_logs(const struct journal *journal, struct arena *arena, size_t *count);

/*
 * The leaves of a log from an index on, `limit` at most, checked against its tree; what they say is not read. FAULT_BROKEN
 * when one is not as it was written (journal_damage names it).
 */
bool journal_leaves(struct journal *journal, struct arena *arena, struct text log, long long from, size_t limit,
                    struct text_list *leaves, struct fault *fault) MUST_USE;

/*
 * The same with what they hold, opened to be handed to an auditor: request, decision, trail and the seed of all salts,
 * so that everything can be checked against the leaf. `bytes_max` ends a page early, after one at least.
 */
struct whole_record {
    struct record record;
    struct text trail;
    unsigned char seed[32]; /* of what was not erased; secret as all of it */
};
struct whole_list {
    struct whole_record *items;
    size_t count, capacity;
};
bool journal_whole(struct journal *journal, struct arena *arena, struct text log, long long from, size_t limit,
                   size_t bytes_max, struct whole_list *list, struct fault *fault) MUST_USE;

/* The slot of a case's key; below 0 when there is no record of it. */
bool journal_case_slot(struct journal *journal, struct arena *arena, struct text region, struct text case_id,
                       long long *slot, struct fault *fault) MUST_USE;
/*
 * In the batch with the record of an erasure: what is sealed under that slot is to be erased. After the commit
 * journal_erase_finish does it; so does the next start, if need be.
 */
bool journal_erase_later(struct journal *journal, long long slot, struct fault *fault) MUST_USE;
/* `*any`: something was still to be erased. FAULT_FULL: no room to carry out the rest of it, later there may be. */
bool journal_erase_finish(struct journal *journal, bool *any, struct fault *fault) MUST_USE;

/*
 * A copy of the journal that verifies, without the keys (DIR/keys is backed up apart): to `path`, a whole path outside
 * the data folder at which nothing is. Made a slice at a time, between commits; what is committed meanwhile is in it.
 * FAULT_ABSENT: not to be made there; FAULT_FULL: no room for it; else it cannot be written. The journal goes on.
 *
 *     struct journal_backup *backup = journal_backup_begin(journal, "/backup/journal-2026-11-22.db", fault);
 *     for (bool done = false; good && !done;) good = journal_backup_step(backup, &done, fault);
 *     journal_backup_drop(backup);       of one that is not done nothing is left
 */
struct journal_backup;
struct journal_backup *journal_backup_begin(struct journal *journal, const char *path, struct fault *fault);
bool journal_backup_step(struct journal_backup *backup, bool *done, struct fault *fault) MUST_USE;
long long journal_backup_bytes(const struct journal_backup *backup); /* of one that is done */
/* Accepts NULL. Before the journal is closed. */
void journal_backup_drop(struct journal_backup *backup);

/* The name of a log's head and of its signature is that of the log: `almere/2026+7e...+AQ...`. */
struct text journal_vkey(const struct journal *journal, struct arena *arena, struct text log);
/*
 * Another key that signs, or another master key where it is the one in DIR: recorded as `key_rotated`. Whatever cuts it
 * short, the next start finishes it or takes it back. Only while nothing is served.
 */
bool journal_rotate_signing(struct journal *journal, struct fault *fault) MUST_USE;
bool journal_rotate_master(struct journal *journal, struct fault *fault) MUST_USE;
/* What signed before: the last head of a log that it signed had `size` records. */
struct former_key {
    struct text log, vkey, until;
    long long size;
};
bool journal_former_keys(struct journal *journal, struct arena *arena, struct former_key **keys, size_t *count,
                         struct fault *fault) MUST_USE;
/* The signed head of a log, with what is in the open batch; absent when there is no such log. */
bool journal_head(struct journal *journal, struct arena *arena, struct text log, struct text *note,
                  struct fault *fault) MUST_USE;
/* That the log of `to` records begins with that of `from` (1 <= from <= to <= size), and the signed head of `to`. */
bool journal_consistency(struct journal *journal, struct arena *arena, struct text log, long long from, long long to,
                         struct tree_proof *proof, struct text *note, struct fault *fault) MUST_USE;
/*
 * That a record is in its log: in the tree of now, or in the smallest that it is in (so that a receipt that is made
 * again is the same one, byte for byte).
 */
enum journal_tree { TREE_OF_NOW, TREE_OF_THEN };
bool journal_proof(struct journal *journal, struct arena *arena, const struct record *record, enum journal_tree tree,
                   struct text *proof, struct fault *fault) MUST_USE;

/* Stores an edition's manifest and files by digest, once; durable when it returns (within an open batch: with it). */
bool journal_store_edition(struct journal *journal, struct text digest, struct text manifest,
                           const struct file_set *files, struct fault *fault) MUST_USE;
/* Its files again; FAULT_ABSENT when it is not there. */
bool journal_edition_files(struct journal *journal, struct arena *arena, struct text digest, struct text *manifest,
                           struct file_set *files, struct fault *fault) MUST_USE;

#endif
