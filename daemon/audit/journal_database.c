/* The database: what is in it, the statements, and what SQLite says. */
#include "audit/journal_database.h"

#include <errno.h>
#include <time.h>

/* `slot` of a log: the first one that no record used when its head was written. The look-ups: journal_lookup.c. */
const char journal_schema[] =
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE log (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, size INTEGER NOT NULL,"
    " root BLOB, note BLOB, slot INTEGER NOT NULL, next TEXT);"
    "CREATE TABLE record (number INTEGER PRIMARY KEY, log INTEGER NOT NULL, position INTEGER NOT NULL,"
    " slot INTEGER NOT NULL, subject BLOB, request BLOB, body BLOB, leaf BLOB NOT NULL, payload BLOB);"
    "CREATE UNIQUE INDEX record_in_log ON record (log, position);"
    "CREATE TABLE request_record (request BLOB NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (request, number))"
    " WITHOUT ROWID;"
    "CREATE TABLE case_slot (subject BLOB NOT NULL, slot INTEGER NOT NULL, PRIMARY KEY (subject, slot))"
    " WITHOUT ROWID;"
    "CREATE TABLE slot_record (slot INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (slot, number))"
    " WITHOUT ROWID;"
    "CREATE TABLE tile (log INTEGER NOT NULL, level INTEGER NOT NULL, position INTEGER NOT NULL,"
    " hashes BLOB NOT NULL, PRIMARY KEY (log, level, position));"
    "CREATE TABLE erasure (slot INTEGER PRIMARY KEY);"
    "CREATE TABLE edition (digest TEXT PRIMARY KEY, manifest TEXT NOT NULL);"
    "CREATE TABLE file (digest TEXT PRIMARY KEY, text TEXT NOT NULL);";

#define RECORD_COLUMNS "number, log, position, slot, leaf, payload"

/* The plus signs keep the planner on the index of the log. */
static const char *const statement_texts[STATEMENT_COUNT] = {
    [STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
    [STATEMENT_COMMIT] = "COMMIT",
    [STATEMENT_ROLLBACK] = "ROLLBACK",
    [STATEMENT_ADD_LOG] = "INSERT INTO log (number, name, size, slot) VALUES (?1, ?2, 0, 0)",
    [STATEMENT_ADD_RECORD] = "INSERT INTO record (number, log, position, slot, subject, request, body, leaf, payload)"
                             " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    [STATEMENT_ADD_TILE] = "INSERT INTO tile (log, level, position, hashes) VALUES (?1, ?2, ?3, ?4)",
    [STATEMENT_SET_HEAD] = "UPDATE log SET size = ?2, root = ?3, note = ?4, slot = ?5 WHERE number = ?1",
    [STATEMENT_SET_NEXT] = "UPDATE log SET next = ?2 WHERE number = ?1",
    [STATEMENT_ADD_ERASURE] = "INSERT INTO erasure (slot) VALUES (?1) ON CONFLICT DO NOTHING",
    [STATEMENT_ERASE_CASE] = "DELETE FROM case_slot WHERE slot = ?1 AND subject IN (SELECT subject FROM record"
                             " WHERE number IN (SELECT number FROM slot_record WHERE slot = ?1))",
    [STATEMENT_ERASE_SUBJECT] = "DELETE FROM case_slot WHERE subject = ?1 AND slot = ?2",
    [STATEMENT_ERASE_RECORDS] = "UPDATE record SET payload = NULL, subject = NULL, body = NULL WHERE number IN"
                                " (SELECT number FROM slot_record WHERE slot = ?1) AND slot = ?1",
    [STATEMENT_ERASE_RECORD] =
        "UPDATE record SET payload = NULL, subject = NULL, body = NULL WHERE number = ?1 AND slot = ?2",
    [STATEMENT_END_ERASURE] = "DELETE FROM erasure WHERE slot < ?1",
    [STATEMENT_FIND_ERASURE] = "SELECT slot FROM erasure WHERE slot < ?1 ORDER BY slot DESC LIMIT 1",
    [STATEMENT_ADD_EDITION] = "INSERT INTO edition (digest, manifest) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    [STATEMENT_ADD_FILE] = "INSERT INTO file (digest, text) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    [STATEMENT_FILE_REQUEST] = "INSERT INTO request_record VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    [STATEMENT_FILE_CASE] = "INSERT INTO case_slot VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    [STATEMENT_FILE_SLOT] = "INSERT INTO slot_record VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    [STATEMENT_SET_MARK] = "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
    [STATEMENT_FIND_MARK] = "SELECT value FROM meta WHERE name = ?1",
    [STATEMENT_FIND_REQUEST] = "SELECT number FROM request_record WHERE request = ?1 ORDER BY number DESC LIMIT 1",
    [STATEMENT_FIND_LOOKUPS] = "SELECT number, slot, subject, request, body FROM record WHERE number > ?1 ORDER BY number",
    [STATEMENT_FIND_HASHES] = "SELECT slot, subject, request, body FROM record WHERE number = ?1",
    [STATEMENT_FIND_RECORD] = "SELECT " RECORD_COLUMNS " FROM record WHERE number = ?1",
    [STATEMENT_FIND_IN_LOG] = "SELECT " RECORD_COLUMNS " FROM record WHERE log = ?1 AND position >= ?2"
                              " AND +number > ?3 AND +number <= ?4 ORDER BY position LIMIT ?5",
    [STATEMENT_FIND_IN_ALL] = "SELECT " RECORD_COLUMNS " FROM record WHERE number > ?3 AND number <= ?4"
                              " ORDER BY number LIMIT ?5 OFFSET ?2",
    [STATEMENT_FIND_OF_CASE] = "SELECT number FROM case_slot CROSS JOIN slot_record USING (slot) WHERE subject = ?1"
                               " AND number > ?2 AND number <= ?3 ORDER BY number LIMIT ?4",
    [STATEMENT_FIND_SLOT] = "SELECT slot FROM case_slot WHERE subject = ?1 ORDER BY slot DESC LIMIT 1",
    [STATEMENT_FIND_LEAVES] = "SELECT leaf FROM record WHERE log = ?1 AND position >= ?2 AND position < ?3"
                              " ORDER BY position",
    [STATEMENT_FIND_TILE] = "SELECT hashes FROM tile WHERE log = ?1 AND level = ?2 AND position = ?3",
    [STATEMENT_IS_REQUEST] = "SELECT 1 FROM request_record WHERE request = ?1 AND number = ?2",
    [STATEMENT_IS_CASE] = "SELECT 1 FROM case_slot WHERE subject = ?1 AND slot = ?2",
    [STATEMENT_IS_SLOT] = "SELECT 1 FROM slot_record WHERE slot = ?1 AND number = ?2",
    [STATEMENT_WALK] = "SELECT " RECORD_COLUMNS ", subject, request FROM record WHERE number > ?1 AND number <= ?2"
                       " ORDER BY number",
    [STATEMENT_WALK_INDEX] = "SELECT position, number FROM record WHERE log = ?1 AND position >= ?2 ORDER BY position"
                             " LIMIT ?3",
    [STATEMENT_NEXT_LOG] = "SELECT log FROM record WHERE log > ?1 ORDER BY log LIMIT 1",
    [STATEMENT_WALK_REQUESTS] = "SELECT request, number FROM request_record WHERE (request, number) > (?1, ?2)"
                                " ORDER BY request, number LIMIT ?3",
    [STATEMENT_WALK_CASES] = "SELECT subject, slot FROM case_slot WHERE (subject, slot) > (?1, ?2)"
                             " ORDER BY subject, slot LIMIT ?3",
    [STATEMENT_WALK_SLOTS] = "SELECT slot, number FROM slot_record WHERE (slot, number) > (?1, ?2)"
                             " ORDER BY slot, number LIMIT ?3",
    [STATEMENT_WALK_EDITIONS] = "SELECT digest, manifest FROM edition WHERE digest > ?1 ORDER BY digest LIMIT 1",
    [STATEMENT_WALK_FILES] = "SELECT digest, text FROM file WHERE digest > ?1 ORDER BY digest LIMIT 1",
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

bool statements_prepare(struct journal *journal, struct fault *fault)
{
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        int result = sqlite3_prepare_v3(journal->database, statement_texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                                        &journal->statements[i], NULL);
        if (result != SQLITE_OK)
            return journal_fault(journal, result, fault);
    }
    return true;
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

void bind_blob(sqlite3_stmt *statement, int index, struct text bytes)
{
    sqlite3_bind_blob64(statement, index, bytes.at ? bytes.at : "", bytes.length, SQLITE_STATIC);
}

void bind_digest(sqlite3_stmt *statement, int index, const struct digest *digest, size_t size)
{
    sqlite3_bind_blob(statement, index, digest->bytes, (int)size, SQLITE_STATIC);
}

/* Absent for NULL. */
struct text column_blob(struct arena *arena, sqlite3_stmt *statement, int index)
{
    const char *at = sqlite3_column_blob(statement, index);
    if (sqlite3_column_type(statement, index) == SQLITE_NULL)
        return (struct text){0};
    return text_copy(arena, (struct text){at ? at : "", (size_t)sqlite3_column_bytes(statement, index)});
}

struct text column_text(struct arena *arena, sqlite3_stmt *statement, int index)
{
    const char *at = (const char *)sqlite3_column_text(statement, index);
    return text_copy(arena, (struct text){at, at ? (size_t)sqlite3_column_bytes(statement, index) : 0});
}

bool journal_mark(struct journal *journal, const char *name, long long *value, struct fault *fault)
{
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_FIND_MARK);
    bind_text(statement, 1, text_of(name));
    int result = sqlite3_step(statement);
    *value = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    return result == SQLITE_ROW || result == SQLITE_DONE || journal_fault(journal, result, fault);
}

bool journal_set_mark(struct journal *journal, const char *name, long long value, struct fault *fault)
{
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_SET_MARK);
    bind_text(statement, 1, text_of(name));
    sqlite3_bind_int64(statement, 2, value);
    return journal_run(journal, statement, fault);
}

int64_t monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
