/*
 * The inside of the journal, for its own files (journal*.c) alone: the database, its statements, and what is remembered
 * of each log so that no record has to be looked up before one is added.
 */
#ifndef AUDIT_JOURNAL_DATABASE_H
#define AUDIT_JOURNAL_DATABASE_H

#include "audit/journal.h"

#include <sqlite3.h>

enum statement {
    STATEMENT_BEGIN,
    STATEMENT_COMMIT,
    STATEMENT_ROLLBACK,
    STATEMENT_ADD_LOG,
    STATEMENT_ADD_RECORD,
    STATEMENT_ADD_REQUEST,
    STATEMENT_ADD_EDITION,
    STATEMENT_ADD_FILE,
    STATEMENT_FIND_REQUEST,
    STATEMENT_FIND_RECORD,
    STATEMENT_FIND_IN_LOG,
    STATEMENT_FIND_IN_ALL,
    STATEMENT_FIND_EDITION,
    STATEMENT_FIND_FILE,
    STATEMENT_COUNT
};

/* Sizes and times as they will be when the open batch is committed, and as they were before it. */
struct log {
    struct text name;
    long long number; /* its key */
    long long size, size_committed;
    int64_t second, second_committed; /* of its newest record */
};

#define HASH_BYTES 16

struct journal {
    struct arena arena; /* as long as the journal: names of logs */
    sqlite3 *database;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    struct log *logs;
    size_t logs_count, logs_capacity;
    size_t logs_committed; /* logs beyond these are new in the open batch */
    struct uuid_source ids;
    long long newest;                /* key of the newest record */
    unsigned char key[DIGEST_BYTES]; /* under which requests are hashed */
    int wal_pages;                   /* in the WAL after the newest commit */
    int system_error;                /* errno of the newest write */
    bool batch;                      /* a transaction is open */
    bool broken;                     /* something failed that is never retried */
};

/* What an SQLite result means for whoever called us; returns false. */
bool journal_fault(struct journal *journal, int result, struct fault *fault);
/* A statement ready to be bound. */
sqlite3_stmt *journal_statement(struct journal *journal, enum statement which);
/* Runs a statement that gives no rows. */
bool journal_run(struct journal *journal, sqlite3_stmt *statement, struct fault *fault);
bool journal_begin(struct journal *journal, struct fault *fault);
/* The key of a record, from its id; false when that is no id of ours. */
bool record_number(struct text id, long long *number);
struct digest request_hash(const struct journal *journal, struct arena *arena, const struct request_key *key);
void bind_text(sqlite3_stmt *statement, int index, struct text text);
struct text column_text(struct arena *arena, sqlite3_stmt *statement, int index);

#endif
