/*
 * The inside of the journal, for its own files (journal*.c) alone: the database, its statements, and what is remembered
 * of each log so that no record has to be looked up before one is added.
 */
#ifndef AUDIT_JOURNAL_DATABASE_H
#define AUDIT_JOURNAL_DATABASE_H

#include "audit/journal.h"
#include "audit/journal_lookup.h"
#include "audit/leaf.h"
#include "audit/log_tree.h"
#include "audit/seal.h"
#include "audit/signing.h"

#include <sqlite3.h>

enum statement {
    STATEMENT_BEGIN,
    STATEMENT_COMMIT,
    STATEMENT_ROLLBACK,
    STATEMENT_ADD_LOG,
    STATEMENT_ADD_RECORD,
    STATEMENT_ADD_TILE,
    STATEMENT_SET_HEAD,
    STATEMENT_SET_NEXT,
    STATEMENT_ADD_ERASURE,
    STATEMENT_ERASE_CASE,
    STATEMENT_ERASE_SUBJECT,
    STATEMENT_ERASE_RECORDS,
    STATEMENT_ERASE_RECORD,
    STATEMENT_END_ERASURE,
    STATEMENT_FIND_ERASURE,
    STATEMENT_ADD_EDITION,
    STATEMENT_ADD_FILE,
    STATEMENT_FILE_REQUEST,
    STATEMENT_FILE_CASE,
    STATEMENT_FILE_SLOT,
    STATEMENT_SET_MARK,
    STATEMENT_FIND_MARK,
    STATEMENT_FIND_REQUEST,
    STATEMENT_FIND_LOOKUPS,
    STATEMENT_FIND_HASHES,
    STATEMENT_FIND_RECORD,
    STATEMENT_FIND_IN_LOG,
    STATEMENT_FIND_IN_ALL,
    STATEMENT_FIND_OF_CASE,
    STATEMENT_FIND_SLOT,
    STATEMENT_FIND_LEAVES,
    STATEMENT_FIND_TILE,
    STATEMENT_FIND_EDITION,
    STATEMENT_IS_REQUEST,
    STATEMENT_IS_CASE,
    STATEMENT_IS_SLOT,
    STATEMENT_WALK,
    STATEMENT_WALK_INDEX,
    STATEMENT_NEXT_LOG,
    STATEMENT_WALK_REQUESTS,
    STATEMENT_WALK_CASES,
    STATEMENT_WALK_SLOTS,
    STATEMENT_WALK_EDITIONS,
    STATEMENT_WALK_FILES,
    STATEMENT_FIND_FILE,
    STATEMENT_COUNT
};

/* Room for a checkpoint signed by one key: the name of a log twice, a size, a root, a signature. */
#define HEAD_BYTES_MAX 512

/* From where a log's tiles are read; it stays where it is. */
struct log_store {
    struct journal *journal;
    long long number;
};

/* Sizes and times as they will be when the open batch is committed, and as they were before it. */
struct log {
    struct text name;
    long long number; /* its key */
    long long size, size_committed;
    int64_t second, second_committed; /* of its newest record */
    struct text next, next_committed; /* the log that goes on after this one was closed; absent: it is open */
    struct digest root;               /* of the head that was committed last */
    struct log_store *store;
    struct log_tree tree; /* when `opened`: of `size` leaves */
    bool opened;
    /* The newest head that was signed: of `note_size` leaves; not before there is a record. */
    char note[HEAD_BYTES_MAX];
    size_t note_length;
    long long note_size;
};

/* A head that was kept beside the journal, and that the journal does not hold. */
struct lost {
    struct text log;
    long long size;
    struct digest root;
};

struct journal {
    struct arena arena; /* as long as the journal: names of logs */
    sqlite3 *database;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    struct log *logs;
    size_t logs_count, logs_capacity;
    size_t logs_committed; /* logs beyond these are new in the open batch */
    struct uuid_source ids;
    long long newest;                /* key of the newest record */
    long long newest_committed;
    long long stopped;               /* that of the last clean stop: those up to there are as they were then */
    bool checked;                    /* the check of the start was made */
    unsigned long long erasures;     /* that were finished since the start */
    struct walk *walk;               /* over all that is there, beside serving; NULL: it is over */
    int64_t walked_us;               /* when a slice of it ended last */
    long long walk_records, walk_total; /* how far it got, also when it is over */
    const char *folder;
    int64_t head_saved; /* when DIR/head was written last; and whether there were commits since */
    bool head_behind;
    struct lost *lost;
    size_t lost_count, lost_capacity;
    struct master master;
    struct keys *keys;
    struct lookups *lookups;
    struct signing_key signing;
    long long slot, slot_committed;  /* the first slot of a key that no record uses */
    bool new_keys;                   /* they were made just now */
    char damage[sizeof ((struct fault *)0)->message]; /* what was found that is not as it was written; empty: nothing */
    size_t filed_together;           /* so many look-ups wait in memory for the next filing */
    int wal_pages;                   /* in the WAL after the newest commit */
    int system_error;                /* errno of the newest write */
    bool batch;                      /* a transaction is open */
    bool broken;                     /* something failed that is never retried */
};

extern const char journal_schema[];
bool statements_prepare(struct journal *journal, struct fault *fault) MUST_USE;
/* Is it a journal of the form that this version writes? */
bool journal_is_ours(struct journal *journal, struct fault *fault) MUST_USE;
/* Where each log ends: everything that appending has to know. */
bool logs_read(struct journal *journal, struct fault *fault) MUST_USE;
/* What an SQLite result means for whoever called us; returns false. */
bool journal_fault(struct journal *journal, int result, struct fault *fault);
/* A statement ready to be bound. */
sqlite3_stmt *journal_statement(struct journal *journal, enum statement which);
/* Runs a statement that gives no rows. */
bool journal_run(struct journal *journal, sqlite3_stmt *statement, struct fault *fault);
bool journal_begin(struct journal *journal, struct fault *fault);
/* Microseconds of a clock that only goes forward. */
int64_t monotonic_us(void);
/* A number that is remembered under a name, 0 before it was set. */
bool journal_mark(struct journal *journal, const char *name, long long *value, struct fault *fault) MUST_USE;
bool journal_set_mark(struct journal *journal, const char *name, long long value, struct fault *fault) MUST_USE;
/* The key of a record, from its id; false when that is no id of ours. */
bool record_number(struct text id, long long *number);
/* Who and which request, as a hash under the key of the installation. */
bool request_hash(struct journal *journal, struct arena *arena, const struct request_key *key, struct digest *hash,
                  struct fault *fault);
/* Which case of which region, in the same way. */
bool subject_hash(struct journal *journal, struct arena *arena, struct text region, struct text case_id,
                  struct digest *hash, struct fault *fault);
/* `almere` of the log `almere/2026`. */
struct text log_region(struct text log);
struct log *log_find(struct journal *journal, struct text name);
/* Makes the log's tree ready: once, from its tiles and the leaves after them. */
bool log_ready(struct journal *journal, struct log *log, struct fault *fault) MUST_USE;
/* Signs the head of `size` (at most the log's), or takes the one that was signed last. The text is good till the next. */
bool log_head(struct journal *journal, struct arena *arena, struct log *log, long long size, struct text *note,
              struct fault *fault) MUST_USE;
/* The log that records of that name go into: the one that was begun after it was closed. Made when there is none. */
struct log *log_open(struct journal *journal, struct text name, struct fault *fault);
/* The same, when what must stand before a record of now was written: today's leaf, or the last year's end. */
struct log *log_of_day(struct journal *journal, struct text name, struct moment now, struct fault *fault);
/* Appends to the open batch and to that log, whatever day it is. */
bool log_append(struct journal *journal, struct arena *arena, struct log *log, struct record *record,
                const struct request_key *key, struct moment now, struct fault *fault) MUST_USE;
/* Says that `next` goes on after a log, which is made when there is none. */
bool log_close(struct journal *journal, struct text name, struct text next, struct fault *fault) MUST_USE;
/* After a start: a rotation that was cut short is finished or taken back; the old master key is forgotten. */
bool rotation_resume(struct journal *journal, struct fault *fault) MUST_USE;
bool rotation_forget_master(struct journal *journal, struct fault *fault) MUST_USE;
/* Did a key that signed before sign this? */
struct note;
bool former_key_signed(struct journal *journal, struct arena *arena, const struct note *note, struct text origin,
                       bool *did, struct fault *fault) MUST_USE;
/* DIR/head: reads it and compares it with the logs, and writes it anew. */
bool heads_check(struct journal *journal, struct fault *fault) MUST_USE;
bool heads_save(struct journal *journal, struct fault *fault) MUST_USE;
/* Takes over the signed heads that lie with the records, when they are those of the logs. */
bool heads_read(struct journal *journal, struct fault *fault) MUST_USE;
/* Is a row as it was written, sealed as it is? `record` has its log and index then, and maybe otherwise. */
bool row_intact(struct journal *journal, struct arena *arena, sqlite3_stmt *row, struct record *record, bool *intact,
                struct fault *fault) MUST_USE;
/* Checks what was written since the last clean stop, or the last filing of look-ups, and begins the walk over all. */
bool start_check(struct journal *journal, struct fault *fault) MUST_USE;
/* A slice of that walk, when there was none for a while: after a batch. */
bool check_beside(struct journal *journal, struct fault *fault) MUST_USE;
/* Remembers that all that is committed was there at a clean stop. */
bool stop_mark(struct journal *journal, struct fault *fault) MUST_USE;
/* Remembers the first thing that was found to be not as it was written: nothing is written any more. */
void journal_damaged(struct journal *journal, const char *format, ...) __attribute__((format(printf, 2, 3)));
void bind_digest(sqlite3_stmt *statement, int index, const struct digest *digest, size_t size);
void bind_blob(sqlite3_stmt *statement, int index, struct text bytes);
struct text column_blob(struct arena *arena, sqlite3_stmt *statement, int index);
void bind_text(sqlite3_stmt *statement, int index, struct text text);
struct text column_text(struct arena *arena, sqlite3_stmt *statement, int index);

#endif
