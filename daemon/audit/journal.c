#include "audit/journal_database.h"

#include "base/limits.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* "COVJ": what `file` and other programs can tell it by. */
#define APPLICATION_ID 0x434F564A
#define SCHEMA_VERSION 1

static const char schema[] =
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE log (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
    "CREATE TABLE record (number INTEGER PRIMARY KEY, id TEXT NOT NULL, log INTEGER NOT NULL,"
    " position INTEGER NOT NULL, kind INTEGER NOT NULL, time TEXT NOT NULL, client TEXT NOT NULL,"
    " edition TEXT NOT NULL, request TEXT NOT NULL, decision TEXT NOT NULL);"
    "CREATE UNIQUE INDEX record_in_log ON record (log, position);"
    "CREATE TABLE request (hash BLOB PRIMARY KEY, body BLOB NOT NULL, record INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE edition (digest TEXT PRIMARY KEY, manifest TEXT NOT NULL);"
    "CREATE TABLE file (digest TEXT PRIMARY KEY, text TEXT NOT NULL);";

#define RECORD_COLUMNS "id, log, position, kind, time, client, edition, request, decision"

/* In `find in log` the plus sign keeps the planner on the index of the log. */
static const char *const statement_texts[STATEMENT_COUNT] = {
    [STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
    [STATEMENT_COMMIT] = "COMMIT",
    [STATEMENT_ROLLBACK] = "ROLLBACK",
    [STATEMENT_ADD_LOG] = "INSERT INTO log (number, name) VALUES (?1, ?2)",
    [STATEMENT_ADD_RECORD] =
        "INSERT INTO record (number, " RECORD_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [STATEMENT_ADD_REQUEST] = "INSERT INTO request (hash, body, record) VALUES (?1, ?2, ?3)",
    [STATEMENT_ADD_EDITION] = "INSERT INTO edition (digest, manifest) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    [STATEMENT_ADD_FILE] = "INSERT INTO file (digest, text) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    [STATEMENT_FIND_REQUEST] = "SELECT body, record FROM request WHERE hash = ?1",
    [STATEMENT_FIND_RECORD] = "SELECT " RECORD_COLUMNS " FROM record WHERE number = ?1",
    [STATEMENT_FIND_IN_LOG] = "SELECT " RECORD_COLUMNS
                              " FROM record WHERE log = ?1 AND position >= ?2 AND +number > ?3 AND +number <= ?4"
                              " AND (?5 IS NULL OR substr(request, 1, length(?5)) = ?5) ORDER BY position LIMIT ?6",
    [STATEMENT_FIND_IN_ALL] = "SELECT " RECORD_COLUMNS
                              " FROM record WHERE number > ?3 AND number <= ?4"
                              " AND (?5 IS NULL OR substr(request, 1, length(?5)) = ?5)"
                              " ORDER BY number LIMIT ?6 OFFSET ?2",
    [STATEMENT_FIND_EDITION] = "SELECT manifest FROM edition WHERE digest = ?1",
    [STATEMENT_FIND_FILE] = "SELECT text FROM file WHERE digest = ?1",
};

/* ---- what SQLite says ---- */

/* A write that found no room: SQLite says so itself for a full disk; quotas and size limits come as an I/O error. */
static bool is_full(const struct journal *journal, int result)
{
    int error = journal->system_error;
    return (result & 0xFF) == SQLITE_FULL ||
           (result == SQLITE_IOERR_WRITE && (error == EDQUOT || error == EFBIG || error == ENOSPC));
}

bool journal_fault(struct journal *journal, int result, struct fault *fault)
{
    const char *message = journal->database ? sqlite3_errmsg(journal->database) : sqlite3_errstr(result);
    if (is_full(journal, result))
        return fault_set(fault, FAULT_FULL, "there is no room on the disk for the journal");
    if ((result & 0xFF) == SQLITE_BUSY || (result & 0xFF) == SQLITE_LOCKED)
        return fault_set(fault, FAULT_BUSY, "another process has the journal open");
    journal->broken = true;
    return fault_set(fault, FAULT_BROKEN, "the journal failed: %s (SQLite %d)", message, result);
}

sqlite3_stmt *journal_statement(struct journal *journal, enum statement which)
{
    /* Reset here and not only after use: a request that ran out of memory left its statement where it was. */
    sqlite3_reset(journal->statements[which]);
    sqlite3_clear_bindings(journal->statements[which]);
    return journal->statements[which];
}

bool journal_run(struct journal *journal, sqlite3_stmt *statement, struct fault *fault)
{
    errno = 0;
    int result = sqlite3_step(statement);
    journal->system_error = errno; /* of a COMMIT that failed SQLite itself does not keep it */
    sqlite3_reset(statement);
    return result == SQLITE_DONE || journal_fault(journal, result, fault);
}

void bind_text(sqlite3_stmt *statement, int index, struct text text)
{
    sqlite3_bind_text64(statement, index, text.at ? text.at : "", text.length, SQLITE_STATIC, SQLITE_UTF8);
}

struct text column_text(struct arena *arena, sqlite3_stmt *statement, int index)
{
    const char *at = (const char *)sqlite3_column_text(statement, index);
    return text_copy(arena, (struct text){at, at ? (size_t)sqlite3_column_bytes(statement, index) : 0});
}

/* ---- opening ---- */

static bool folder_make(const char *folder, struct fault *fault)
{
    struct stat status;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return fault_set(fault, FAULT_ABSENT, "cannot make the data folder `%s`: %s", folder, strerror(errno));
    if (stat(folder, &status) != 0 || !S_ISDIR(status.st_mode))
        return fault_set(fault, FAULT_ABSENT, "`%s` is no folder", folder);
    if (access(folder, R_OK | W_OK | X_OK) != 0)
        return fault_set(fault, FAULT_ABSENT, "cannot write in the data folder `%s`: %s", folder, strerror(errno));
    return true;
}

static bool execute(struct journal *journal, const char *sql, struct fault *fault)
{
    int result = sqlite3_exec(journal->database, sql, NULL, NULL, NULL);
    return result == SQLITE_OK || journal_fault(journal, result, fault);
}

static bool number_of(struct journal *journal, const char *sql, long long *number, struct fault *fault)
{
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(journal->database, sql, -1, &statement, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_step(statement);
    *number = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return result == SQLITE_ROW || result == SQLITE_DONE || journal_fault(journal, result, fault);
}

static int remember_wal_pages(void *context, sqlite3 *database, const char *name, int pages)
{
    (void)database;
    (void)name;
    struct journal *journal = context;
    journal->wal_pages = pages;
    return SQLITE_OK;
}

/* The locking mode comes first: it must stand before the WAL is touched. */
static bool database_configure(struct journal *journal, struct fault *fault)
{
    sqlite3 *database = journal->database;
    sqlite3_extended_result_codes(database, 1);
    sqlite3_busy_timeout(database, 500);
    sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    sqlite3_wal_hook(database, remember_wal_pages, journal);
    return execute(journal,
                   "PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;"
                   "PRAGMA synchronous = FULL; PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;"
                   "PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864;",
                   fault);
}

static bool schema_make(struct journal *journal, struct fault *fault)
{
    unsigned char key[DIGEST_BYTES];
    random_bytes(key, sizeof key);
    sqlite3_stmt *statement = NULL;
    bool done = execute(journal, "BEGIN EXCLUSIVE", fault) && execute(journal, schema, fault);
    if (done) {
        int result = sqlite3_prepare_v2(journal->database, "INSERT INTO meta VALUES ('request_key', ?1)", -1,
                                        &statement, NULL);
        done = result == SQLITE_OK || journal_fault(journal, result, fault);
    }
    if (done) {
        sqlite3_bind_blob(statement, 1, key, sizeof key, SQLITE_STATIC);
        done = journal_run(journal, statement, fault);
    }
    sqlite3_finalize(statement);
    char marks[96];
    sqlite3_snprintf(sizeof marks, marks, "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
                     APPLICATION_ID, SCHEMA_VERSION);
    return done && execute(journal, marks, fault);
}

/* A quick look through the whole file takes 100 ms for so many bytes; a larger journal is not looked through. */
#define CHECKED_BYTES_MAX (64LL * 1024 * 1024)

static bool database_check(struct journal *journal, struct fault *fault)
{
    long long pages, page_size;
    if (!number_of(journal, "PRAGMA page_count", &pages, fault) ||
        !number_of(journal, "PRAGMA page_size", &page_size, fault))
        return false;
    if (pages * page_size > CHECKED_BYTES_MAX)
        return true;
    long long sound;
    if (!number_of(journal, "SELECT quick_check = 'ok' FROM pragma_quick_check(1)", &sound, fault))
        return false;
    if (!sound)
        journal->broken = true;
    return sound || fault_set(fault, FAULT_BROKEN, "the journal is damaged: its database fails a check of its own");
}

static bool schema_check(struct journal *journal, struct fault *fault)
{
    long long application, version, tables;
    if (!number_of(journal, "PRAGMA application_id", &application, fault) ||
        !number_of(journal, "PRAGMA user_version", &version, fault) ||
        !number_of(journal, "SELECT count(*) FROM sqlite_schema", &tables, fault))
        return false;
    if (tables == 0 && application == 0 && version == 0)
        return schema_make(journal, fault);
    if (application != APPLICATION_ID)
        return fault_set(fault, FAULT_BROKEN, "`journal.db` is a database, but no journal");
    if (version != SCHEMA_VERSION)
        return fault_set(fault, FAULT_BROKEN, "the journal has form %lld, expected %d: another version made it",
                         version, SCHEMA_VERSION);
    return database_check(journal, fault);
}

static bool statements_prepare(struct journal *journal, struct fault *fault)
{
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        int result = sqlite3_prepare_v3(journal->database, statement_texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                                        &journal->statements[i], NULL);
        if (result != SQLITE_OK)
            return journal_fault(journal, result, fault);
    }
    return true;
}

static bool key_read(struct journal *journal, struct fault *fault)
{
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(journal->database, "SELECT value FROM meta WHERE name = 'request_key'", -1,
                                    &statement, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_step(statement);
    bool found = result == SQLITE_ROW && sqlite3_column_bytes(statement, 0) == DIGEST_BYTES;
    if (found)
        memcpy(journal->key, sqlite3_column_blob(statement, 0), DIGEST_BYTES);
    sqlite3_finalize(statement);
    return found || fault_set(fault, FAULT_BROKEN, "the journal lacks the key of its requests");
}

/* Where each log ends: everything that appending has to know. */
static bool logs_read(struct journal *journal, struct fault *fault)
{
    static const char sql[] = "SELECT log.number, log.name, record.position, record.time, record.number FROM log"
                              " JOIN record ON record.log = log.number AND record.position ="
                              " (SELECT max(position) FROM record WHERE log = log.number) ORDER BY log.number";
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(journal->database, sql, -1, &statement, NULL);
    while (result == SQLITE_OK || result == SQLITE_ROW) {
        result = sqlite3_step(statement);
        if (result != SQLITE_ROW)
            break;
        struct log *log = arena_push(&journal->arena, &journal->logs, &journal->logs_count, &journal->logs_capacity,
                                     sizeof *log);
        log->number = sqlite3_column_int64(statement, 0);
        log->name = column_text(&journal->arena, statement, 1);
        log->size = log->size_committed = sqlite3_column_int64(statement, 2) + 1;
        struct moment moment;
        struct date date;
        if (moment_parse(column_text(&journal->arena, statement, 3), &moment, &date))
            log->second = log->second_committed = moment.second;
        long long newest = sqlite3_column_int64(statement, 4);
        journal->newest = newest > journal->newest ? newest : journal->newest;
    }
    sqlite3_finalize(statement);
    journal->logs_committed = journal->logs_count;
    journal->ids = (struct uuid_source){.last_ms = journal->newest >> 12, .sequence = journal->newest & 0xFFF};
    return result == SQLITE_DONE || journal_fault(journal, result, fault);
}

struct journal *journal_open(const char *folder, struct fault *fault)
{
    struct journal *journal = calloc(1, sizeof *journal);
    if (!journal || !folder_make(folder, fault)) {
        if (!journal)
            fault_set(fault, FAULT_BROKEN, "no memory for the journal");
        free(journal);
        return NULL;
    }
    arena_init(&journal->arena);
    const char *path = text_string(&journal->arena, text_format(&journal->arena, "%s/journal.db", folder));
    int result = sqlite3_open_v2(path, &journal->database,
                                 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    bool opened = result == SQLITE_OK;
    if (!opened && (result & 0xFF) == SQLITE_CANTOPEN)
        fault_set(fault, FAULT_ABSENT, "cannot open `%s`: %s", path, sqlite3_errmsg(journal->database));
    else if (!opened)
        journal_fault(journal, result, fault);
    if (opened && database_configure(journal, fault) && schema_check(journal, fault) &&
        statements_prepare(journal, fault) && key_read(journal, fault) && logs_read(journal, fault))
        return journal;
    journal_close(journal);
    return NULL;
}

void journal_close(struct journal *journal)
{
    if (!journal)
        return;
    if (journal->batch)
        journal_rollback(journal);
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(journal->statements[i]);
    sqlite3_close(journal->database);
    arena_finish(&journal->arena);
    free(journal);
}
