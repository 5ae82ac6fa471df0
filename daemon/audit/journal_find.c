#include "audit/journal_database.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

static struct record record_of_row(struct journal *journal, struct arena *arena, sqlite3_stmt *row)
{
    struct record record = {
        .id = column_text(arena, row, 0),
        .index = sqlite3_column_int64(row, 2),
        .time = column_text(arena, row, 4),
        .client = column_text(arena, row, 5),
        .edition = column_text(arena, row, 6),
        .request = column_text(arena, row, 7),
        .decision = column_text(arena, row, 8),
    };
    long long log = sqlite3_column_int64(row, 1), kind = sqlite3_column_int64(row, 3);
    for (size_t i = 0; i < journal->logs_count; i++)
        if (journal->logs[i].number == log)
            record.log = journal->logs[i].name;
    record.kind = kind >= 0 && kind < RECORD_KIND_COUNT ? (enum record_kind)kind : RECORD_RESTART;
    return record;
}

/* The record with that key; FAULT_ABSENT when there is none. */
static bool record_by_number(struct journal *journal, struct arena *arena, long long number, struct record *record,
                             struct fault *fault)
{
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_FIND_RECORD);
    sqlite3_bind_int64(statement, 1, number);
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW)
        *record = record_of_row(journal, arena, statement);
    sqlite3_reset(statement);
    if (result == SQLITE_DONE)
        return fault_set(fault, FAULT_ABSENT, "there is no such record");
    return result == SQLITE_ROW || journal_fault(journal, result, fault);
}

bool journal_record(struct journal *journal, struct arena *arena, struct text id, struct record *record,
                    struct fault *fault)
{
    long long number;
    if (!record_number(id, &number))
        return fault_set(fault, FAULT_ABSENT, "there is no such record");
    return record_by_number(journal, arena, number, record, fault) &&
           (text_equal(record->id, id) || fault_set(fault, FAULT_ABSENT, "there is no such record"));
}

bool journal_seen(struct journal *journal, struct arena *arena, const struct request_key *key, enum journal_seen *seen,
                  struct record *record, struct fault *fault)
{
    *seen = SEEN_NEVER;
    if (!key->request.at)
        return true;
    struct digest hash = request_hash(journal, arena, key);
    struct digest body = digest_keyed(journal->key, key->body);
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_FIND_REQUEST);
    sqlite3_bind_blob(statement, 1, hash.bytes, HASH_BYTES, SQLITE_STATIC);
    int result = sqlite3_step(statement);
    long long number = 0;
    if (result == SQLITE_ROW) {
        bool same = sqlite3_column_bytes(statement, 0) == HASH_BYTES &&
                    memcmp(sqlite3_column_blob(statement, 0), body.bytes, HASH_BYTES) == 0;
        *seen = same ? SEEN_SAME : SEEN_OTHER;
        number = sqlite3_column_int64(statement, 1);
    }
    sqlite3_reset(statement);
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        return journal_fault(journal, result, fault);
    return *seen != SEEN_SAME || record_by_number(journal, arena, number, record, fault);
}

/* The lowest key that a record of this second can have. */
static long long first_number(struct moment moment)
{
    long long second = moment.second < 0 ? 0 : moment.second > INT32_MAX * 4LL ? INT32_MAX * 4LL : moment.second;
    return second * 1000 << 12;
}

/* Canonical JSON of a request begins with its case's id. */
static struct text case_prefix(struct arena *arena, struct text case_id)
{
    return text_format(arena, "{\"case\":{\"case\":\"%.*s\"", TEXT_ARGS(case_id));
}

static void query_bind(sqlite3_stmt *statement, const struct record_query *query, struct text prefix, long long after)
{
    long long lowest = query->has_since ? first_number(query->since) - 1 : -1;
    long long highest = query->has_until ? first_number((struct moment){.second = query->until.second + 1}) - 1
                                         : LLONG_MAX;
    sqlite3_bind_int64(statement, 2, query->from);
    sqlite3_bind_int64(statement, 3, after > lowest ? after : lowest);
    sqlite3_bind_int64(statement, 4, highest);
    if (query->case_id.at)
        bind_text(statement, 5, prefix);
    sqlite3_bind_int64(statement, 6, (sqlite3_int64)query->limit);
}

bool journal_find(struct journal *journal, struct arena *arena, const struct record_query *query,
                  struct record_list *list, struct fault *fault)
{
    *list = (struct record_list){0};
    long long after = -1, log = 0;
    if (query->after.at && !record_number(query->after, &after))
        return fault_set(fault, FAULT_ABSENT, "there is no such record");
    for (size_t i = 0; i < journal->logs_count; i++)
        if (text_equal(journal->logs[i].name, query->log))
            log = journal->logs[i].number;
    if (query->log.at && !log)
        return true; /* a log without records */
    sqlite3_stmt *statement =
        journal_statement(journal, query->log.at ? STATEMENT_FIND_IN_LOG : STATEMENT_FIND_IN_ALL);
    if (query->log.at)
        sqlite3_bind_int64(statement, 1, log);
    struct text prefix = case_prefix(arena, query->case_id);
    query_bind(statement, query, prefix, after);
    int result;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
        struct record *record = arena_push(arena, &list->items, &list->count, &list->capacity, sizeof *record);
        *record = record_of_row(journal, arena, statement);
    }
    sqlite3_reset(statement);
    return result == SQLITE_DONE || journal_fault(journal, result, fault);
}

struct log_size *journal_logs(const struct journal *journal, struct arena *arena, size_t *count)
{
    struct log_size *sizes = ARENA_ARRAY(arena, journal->logs_count, struct log_size);
    for (size_t i = 0; i < journal->logs_count; i++)
        sizes[i] = (struct log_size){journal->logs[i].name, journal->logs[i].size};
    *count = journal->logs_count;
    return sizes;
}
