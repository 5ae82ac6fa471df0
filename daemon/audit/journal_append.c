#include "audit/journal_database.h"

#include <assert.h>
#include <string.h>

/* The WAL is moved into the database when it holds so many pages: 16 MiB. */
#define WAL_PAGES_MAX 2048

/* The key of a record: the time and sequence of its id, the first 60 bits of a UUIDv7 without its version. */
bool record_number(struct text id, long long *number)
{
    if (id.length != 36 || id.at[8] != '-' || id.at[13] != '-' || id.at[14] != '7' || id.at[18] != '-' ||
        id.at[23] != '-')
        return false;
    static const char hex[] = "0123456789abcdef";
    unsigned long long sum = 0;
    for (size_t i = 0; i < 18; i++) {
        if (i == 8 || i == 13 || i == 14)
            continue;
        const char *digit = id.at[i] ? strchr(hex, id.at[i]) : NULL;
        if (!digit)
            return false;
        sum = sum << 4 | (unsigned long long)(digit - hex);
    }
    *number = (long long)sum;
    return true;
}

/* No statement may be in the middle of a row when a batch ends. */
static void statements_settle(struct journal *journal)
{
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_reset(journal->statements[i]);
}

bool journal_begin(struct journal *journal, struct fault *fault)
{
    if (journal->broken)
        return fault_set(fault, FAULT_BROKEN, "the journal failed before and is not written to any more");
    if (journal->batch)
        return true;
    if (!journal_run(journal, journal_statement(journal, STATEMENT_BEGIN), fault))
        return false;
    journal->batch = true;
    return true;
}

void journal_rollback(struct journal *journal)
{
    statements_settle(journal);
    struct fault fault;
    /* SQLite has rolled back itself after some errors. */
    if (journal->batch && !sqlite3_get_autocommit(journal->database) &&
        !journal_run(journal, journal_statement(journal, STATEMENT_ROLLBACK), &fault))
        journal->broken = true;
    journal->batch = false;
    journal->logs_count = journal->logs_committed;
    for (size_t i = 0; i < journal->logs_count; i++) {
        journal->logs[i].size = journal->logs[i].size_committed;
        journal->logs[i].second = journal->logs[i].second_committed;
    }
}

bool journal_has_batch(const struct journal *journal)
{
    return journal->batch;
}

bool journal_commit(struct journal *journal, struct fault *fault)
{
    if (!journal->batch)
        return true;
    statements_settle(journal);
    if (!journal_run(journal, journal_statement(journal, STATEMENT_COMMIT), fault)) {
        journal_rollback(journal);
        return false;
    }
    journal->batch = false;
    journal->logs_committed = journal->logs_count;
    for (size_t i = 0; i < journal->logs_count; i++) {
        journal->logs[i].size_committed = journal->logs[i].size;
        journal->logs[i].second_committed = journal->logs[i].second;
    }
    return true;
}

bool journal_tidy(struct journal *journal, struct fault *fault)
{
    if (journal->batch || journal->wal_pages < WAL_PAGES_MAX)
        return true;
    statements_settle(journal);
    int result = sqlite3_wal_checkpoint_v2(journal->database, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    if (result == SQLITE_OK) {
        journal->wal_pages = 0;
        return true;
    }
    /* With no room for the database to grow, what was committed stays in the WAL, as durable as before. */
    struct fault why;
    journal_fault(journal, result, &why);
    if (why.kind == FAULT_FULL)
        return true;
    *fault = why;
    return false;
}

/* ---- appending ---- */

static struct log *log_find(struct journal *journal, struct text name)
{
    for (size_t i = 0; i < journal->logs_count; i++)
        if (text_equal(journal->logs[i].name, name))
            return &journal->logs[i];
    return NULL;
}

static struct log *log_add(struct journal *journal, struct text name, struct fault *fault)
{
    long long number = journal->logs_count ? journal->logs[journal->logs_count - 1].number + 1 : 1;
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_ADD_LOG);
    sqlite3_bind_int64(statement, 1, number);
    bind_text(statement, 2, name);
    if (!journal_run(journal, statement, fault))
        return NULL;
    struct log *log =
        arena_push(&journal->arena, &journal->logs, &journal->logs_count, &journal->logs_capacity, sizeof *log);
    *log = (struct log){.name = text_copy(&journal->arena, name), .number = number};
    return log;
}

static bool record_insert(struct journal *journal, const struct record *record, const struct log *log,
                          long long number, struct fault *fault)
{
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_ADD_RECORD);
    sqlite3_bind_int64(statement, 1, number);
    bind_text(statement, 2, record->id);
    sqlite3_bind_int64(statement, 3, log->number);
    sqlite3_bind_int64(statement, 4, record->index);
    sqlite3_bind_int64(statement, 5, record->kind);
    bind_text(statement, 6, record->time);
    bind_text(statement, 7, record->client);
    bind_text(statement, 8, record->edition);
    bind_text(statement, 9, record->request);
    bind_text(statement, 10, record->decision);
    return journal_run(journal, statement, fault);
}

/* Who and which request: each part with its length before it, so that no two keys read alike. */
struct digest request_hash(const struct journal *journal, struct arena *arena, const struct request_key *key)
{
    const struct text parts[] = {key->client, key->verb, key->region, key->request};
    struct buffer buffer;
    buffer_init(&buffer, arena);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        buffer_format(&buffer, "%zu:", parts[i].length);
        buffer_add(&buffer, parts[i]);
    }
    return digest_keyed(journal->key, buffer_text(&buffer));
}

static bool request_insert(struct journal *journal, struct arena *arena, const struct request_key *key,
                           long long number, struct fault *fault)
{
    struct digest hash = request_hash(journal, arena, key);
    struct digest body = digest_keyed(journal->key, key->body);
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_ADD_REQUEST);
    sqlite3_bind_blob(statement, 1, hash.bytes, HASH_BYTES, SQLITE_STATIC);
    sqlite3_bind_blob(statement, 2, body.bytes, HASH_BYTES, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 3, number);
    return journal_run(journal, statement, fault);
}

bool journal_append(struct journal *journal, struct arena *arena, struct record *record, const struct request_key *key,
                    struct fault *fault)
{
    if (!journal_begin(journal, fault))
        return false;
    struct log *log = log_find(journal, record->log);
    if (!log && !(log = log_add(journal, record->log, fault)))
        return false;
    struct moment now = moment_now();
    if (now.second < log->second)
        now.second = log->second;
    long long number = 0;
    record->id = uuid_new(&journal->ids, arena);
    record->time = moment_text(arena, now);
    record->index = log->size;
    bool known = record_number(record->id, &number);
    assert(known && number > journal->newest);
    if (!record_insert(journal, record, log, number, fault))
        return false;
    journal->newest = number;
    if (key && key->request.at && !request_insert(journal, arena, key, number, fault))
        return false;
    log->size++;
    log->second = now.second;
    return true;
}
