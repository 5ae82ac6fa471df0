/*
 * The inside of the walk over a journal (audit/journal_walk.h), for its files alone: journal_walk.c goes over the records,
 * journal_walk_payload.c over what each holds, journal_walk_tables.c over what is beside them.
 */
#ifndef AUDIT_JOURNAL_WALKING_H
#define AUDIT_JOURNAL_WALKING_H

#include "audit/journal_walk.h"

/* Tiles that are kept, each for the logs whose number falls on it; rows of a table that are looked at in one go. */
#define TILES_KEPT 16
#define ROWS_TOGETHER 512
#define LEVELS_MAX 64

enum phase { PHASE_RECORDS, PHASE_LOGS, PHASE_INDEX, PHASE_TABLES, PHASE_EDITIONS, PHASE_FILES, PHASE_OVER };

/* A log as it was when the walk began, and how far it got. */
struct walk_log {
    long long size, next;
    int64_t second;      /* of its newest record */
    struct digest root;
    struct digest *peaks; /* of the complete subtrees so far: that of 1 << level leaves at `level` */
    struct digest rows;   /* over position and number of each: what the index has to say too */
};

struct kept_tile {
    long long log, index; /* log 0: none */
    unsigned char bytes[TILE_BYTES];
};

/* A payload that is gone, or a record that an erasure names. */
struct gone {
    long long log, index;
};
struct gones {
    struct gone *items;
    size_t count, capacity;
};

/* What the look-ups of the records up to `filed` come to, and where one is in counting those of the tables. */
struct tally {
    long long filed, slot; /* both: of the newest that is counted */
    long long expected[LOOKUP_TABLES], found;
    enum lookup_table table;
    unsigned char hash[HASH_BYTES];
    long long first, number; /* the key that was seen last */
    bool begun;
    unsigned long long erasures;
};

struct walk {
    struct journal *journal;
    struct arena arena, scratch;
    enum phase phase;
    struct walk_log *logs;
    size_t logs_count, log; /* `log`: which one its phase is at */
    long long number, until;
    long long position; /* in the index of `log`, and what it said so far */
    struct digest rows;
    struct walk_progress progress;
    struct tally tally;
    struct gones gone, erased;
    struct text edition, after; /* the edition that was found last; the key that was seen last */
    struct kept_tile tiles[TILES_KEPT];
    bool opens; /* payloads */
    bool wrong;
    struct walk_finding finding;
};

/* The first thing that is wrong. Returns false, so that a check ends there; there is no fault then. */
bool walk_wrong(struct walk *walk, const struct log *log, long long index, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
sqlite3_stmt *walk_statement(struct walk *walk, enum statement which);
/* Is there a row? Leaves the statement where it is, when there is one. What it is about is named if SQLite cannot read. */
bool walk_row(struct walk *walk, sqlite3_stmt *statement, const struct log *log, long long index, bool *there,
              struct fault *fault) MUST_USE;
bool walk_there(struct walk *walk, sqlite3_stmt *statement, const struct log *log, long long index, bool *there,
                struct fault *fault) MUST_USE;

/* The columns of STATEMENT_WALK. */
enum column { NUMBER, LOG, POSITION, SLOT, LEAF, PAYLOAD, SUBJECT, REQUEST };

/* Absent for NULL; good till the next step of the row. */
struct text walk_blob(sqlite3_stmt *row, int column);
/* What the row of that record holds, against its leaf. */
bool walk_payload(struct walk *walk, sqlite3_stmt *row, const struct log *log, long long index,
                  const struct leaf *leaf, struct fault *fault) MUST_USE;

/* Some rows of the index by log, of a table of look-ups, or an edition or file: and on to the next phase after them. */
bool walk_index(struct walk *walk, struct fault *fault) MUST_USE;
bool walk_table(struct walk *walk, struct fault *fault) MUST_USE;
bool walk_text(struct walk *walk, struct fault *fault) MUST_USE;

#endif
