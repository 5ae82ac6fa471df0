#include "audit/journal_database.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

/* The record that a row says it is, and its leaf is the one in the tree at that place. False: it is damaged. */
static bool leaf_of_row(struct journal *journal, struct arena *arena, sqlite3_stmt *row, struct record *record,
                        struct leaf *leaf, struct fault *fault)
{
    struct log *log = NULL;
    struct text problem;
    struct digest in_tree, found;
    long long number;
    for (size_t i = 0; i < journal->logs_count; i++)
        if (journal->logs[i].number == sqlite3_column_int64(row, 1))
            log = &journal->logs[i];
    record->index = sqlite3_column_int64(row, 2);
    record->leaf = column_blob(arena, row, 4);
    *fault = (struct fault){.kind = FAULT_NONE};
    if (!log || record->index < 0 || record->index >= log->size)
        return false;
    record->log = text_copy(arena, log->name);
    if (!log_ready(journal, log, fault))
        return false;
    struct tree_reader reader = log_tree_reader(&log->tree);
    if (!reader.hash(reader.context, 0, (uint64_t)record->index, &in_tree, fault))
        return false;
    found = tree_leaf(record->leaf);
    return digest_equal(in_tree, found) && leaf_read(arena, record->leaf, leaf, &problem) &&
           text_equal(leaf->log, log->name) && record_number(leaf->id, &number) &&
           number == sqlite3_column_int64(row, 0);
}

static void record_of_leaf(struct record *record, const struct leaf *leaf)
{
    record->id = leaf->id;
    record->time = leaf->time;
    record->client = leaf->client;
    record->edition = leaf->edition;
    for (size_t i = 0; i < RECORD_KIND_COUNT; i++)
        if (text_is(leaf->kind, record_kind_names[i]))
            record->kind = (enum record_kind)i;
}

/* A payload that is gone is well when its key is: then the case was erased. */
static bool payload_open(struct journal *journal, struct arena *arena, sqlite3_stmt *row, const struct leaf *leaf,
                         struct record *record, struct fault *fault)
{
    long long slot = sqlite3_column_int64(row, 3);
    struct text payload = column_blob(arena, row, 5);
    struct seal_place place = {record->log, record->index, record->id};
    struct unsealed unsealed = {0};
    struct digest hash;
    enum key_found found = KEY_WRONG;
    if (!payload.at) {
        if (slot != KEYS_SLOT_NONE && !keys_hash(journal->keys, slot, "gone", TEXT(""), &hash, &found, fault))
            return false;
        record->state = found == KEY_ERASED ? RECORD_ERASED : RECORD_DAMAGED;
        return true;
    }
    if (!leaf->has_sealed || !digest_equal(digest_of(payload), leaf->sealed)) {
        record->state = RECORD_DAMAGED;
        return true;
    }
    if (!unseal(arena, journal->keys, slot, &place, payload, &unsealed, &found, fault))
        return false;
    record->state = found == KEY_FOUND ? RECORD_WHOLE : found == KEY_ERASED ? RECORD_ERASED : RECORD_DAMAGED;
    record->request = unsealed.content.request;
    record->decision = unsealed.content.decision;
    record->trail = unsealed.content.trail;
    memcpy(record->opening, unsealed.opening, sizeof record->opening);
    unsealed_finish(&unsealed);
    return true;
}

/* A row to its record. False when the world is wrong; a record that is not as it was written is damaged. */
static bool record_of_row(struct journal *journal, struct arena *arena, sqlite3_stmt *row, struct record *record,
                          struct fault *fault)
{
    struct leaf leaf;
    *record = (struct record){.state = RECORD_DAMAGED};
    if (!leaf_of_row(journal, arena, row, record, &leaf, fault)) {
        if (fault->kind != FAULT_NONE)
            return false;
    } else {
        record_of_leaf(record, &leaf);
        if (!payload_open(journal, arena, row, &leaf, record, fault))
            return false;
    }
    if (record->state == RECORD_DAMAGED)
        journal_damaged(journal, "record %lld of log `%.*s` is not as it was written", record->index,
                        TEXT_ARGS(record->log));
    return true;
}

bool row_intact(struct journal *journal, struct arena *arena, sqlite3_stmt *row, struct record *record, bool *intact,
                struct fault *fault)
{
    struct leaf leaf;
    struct digest hash;
    enum key_found found = KEY_WRONG;
    long long slot = sqlite3_column_int64(row, 3);
    *record = (struct record){.state = RECORD_DAMAGED};
    *intact = leaf_of_row(journal, arena, row, record, &leaf, fault);
    if (!*intact)
        return fault->kind == FAULT_NONE;
    if (sqlite3_column_type(row, 5) == SQLITE_NULL) {
        bool good = slot <= 0 || keys_hash(journal->keys, slot, "gone", TEXT(""), &hash, &found, fault);
        *intact = found == KEY_ERASED;
        return good;
    }
    struct text payload = {sqlite3_column_blob(row, 5), (size_t)sqlite3_column_bytes(row, 5)};
    *intact = leaf.has_sealed && digest_equal(digest_of(payload), leaf.sealed);
    return true;
}

/* The record with that key; FAULT_ABSENT when there is none. */
static bool record_by_number(struct journal *journal, struct arena *arena, long long number, struct record *record,
                             struct fault *fault)
{
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_FIND_RECORD);
    sqlite3_bind_int64(statement, 1, number);
    int result = sqlite3_step(statement);
    bool good = result != SQLITE_ROW || record_of_row(journal, arena, statement, record, fault);
    sqlite3_reset(statement);
    if (result == SQLITE_DONE)
        return fault_set(fault, FAULT_ABSENT, "there is no such record");
    return good && (result == SQLITE_ROW || journal_fault(journal, result, fault));
}

bool journal_record(struct journal *journal, struct arena *arena, struct text id, struct record *record,
                    struct fault *fault)
{
    long long number;
    if (!record_number(id, &number))
        return fault_set(fault, FAULT_ABSENT, "there is no such record");
    return record_by_number(journal, arena, number, record, fault) &&
           (record->state == RECORD_DAMAGED || text_equal(record->id, id) ||
            fault_set(fault, FAULT_ABSENT, "there is no such record"));
}

/* What look-ups lead to a record by, as its row has it; zeros for what it does not have. */
struct hashes {
    long long slot;
    unsigned char subject[HASH_BYTES], request[HASH_BYTES], body[HASH_BYTES];
};

/* Absent is zeros. */
static bool hash_read(sqlite3_stmt *row, int column, unsigned char hash[HASH_BYTES])
{
    if (sqlite3_column_type(row, column) == SQLITE_NULL)
        return true;
    if (sqlite3_column_bytes(row, column) != HASH_BYTES)
        return false;
    memcpy(hash, sqlite3_column_blob(row, column), HASH_BYTES);
    return hash_marked(hash);
}

/*
 * A look-up led to a record that is not what was looked up, or that no longer says what it is: nothing is written any
 * more, and nothing shown.
 */
static bool misled(struct journal *journal, struct fault *fault)
{
    journal_damaged(journal, "a look-up of the journal is not as it was written: it leads elsewhere");
    return fault_set(fault, FAULT_FULL, "nothing is written: %.340s", journal->damage);
}

static bool hashes_read(struct journal *journal, long long number, struct hashes *hashes, struct fault *fault)
{
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_FIND_HASHES);
    *hashes = (struct hashes){.slot = KEYS_SLOT_NONE};
    sqlite3_bind_int64(statement, 1, number);
    int result = sqlite3_step(statement);
    bool good = true;
    if (result == SQLITE_ROW) {
        hashes->slot = sqlite3_column_int64(statement, 0);
        good = hash_read(statement, 1, hashes->subject) && hash_read(statement, 2, hashes->request) &&
               hash_read(statement, 3, hashes->body);
    }
    sqlite3_reset(statement);
    if (!good)
        return misled(journal, fault);
    return result == SQLITE_ROW || result == SQLITE_DONE || journal_fault(journal, result, fault);
}

bool journal_seen(struct journal *journal, struct arena *arena, const struct request_key *key, enum journal_seen *seen,
                  struct record *record, struct fault *fault)
{
    struct digest hash, body = {{0}};
    struct hashes hashes;
    long long number;
    enum key_found found;
    *seen = SEEN_NEVER;
    if (!key->request.at)
        return true;
    if (!request_hash(journal, arena, key, &hash, fault) || !lookup_request(journal, &hash, &number, fault))
        return false;
    if (!number)
        return true;
    if (!hashes_read(journal, number, &hashes, fault))
        return false;
    if (memcmp(hashes.request, hash.bytes, HASH_BYTES) != 0)
        return misled(journal, fault);
    long long slot = hashes.slot == KEYS_SLOT_NONE ? KEYS_SLOT_INSTALLATION : hashes.slot;
    if (!keys_hash(journal->keys, slot, "body", key->body, &body, &found, fault))
        return false;
    hash_mark(&body);
    bool same = found == KEY_FOUND && memcmp(hashes.body, body.bytes, HASH_BYTES) == 0;
    *seen = same ? SEEN_SAME : found == KEY_ERASED ? SEEN_ERASED : SEEN_OTHER;
    return *seen != SEEN_SAME || record_by_number(journal, arena, number, record, fault);
}

/* The lowest key that a record of this second can have. */
static long long first_number(struct moment moment)
{
    long long second = moment.second < 0 ? 0 : moment.second > INT32_MAX * 4LL ? INT32_MAX * 4LL : moment.second;
    return second * 1000 << 12;
}

/* What a query asks of a record's key: above the one, up to the other. */
struct span {
    long long after, until;
};

static struct span span_of(const struct record_query *query, long long after)
{
    long long lowest = query->has_since ? first_number(query->since) - 1 : -1;
    long long highest = query->has_until ? first_number((struct moment){.second = query->until.second + 1}) - 1
                                         : LLONG_MAX;
    return (struct span){after > lowest ? after : lowest, highest};
}

static bool find_of_log(struct journal *journal, struct arena *arena, const struct record_query *query, long long log,
                        struct span span, struct record_list *list, struct fault *fault)
{
    sqlite3_stmt *statement = journal_statement(journal, query->log.at ? STATEMENT_FIND_IN_LOG : STATEMENT_FIND_IN_ALL);
    if (query->log.at)
        sqlite3_bind_int64(statement, 1, log);
    sqlite3_bind_int64(statement, 2, query->from);
    sqlite3_bind_int64(statement, 3, span.after);
    sqlite3_bind_int64(statement, 4, span.until);
    sqlite3_bind_int64(statement, 5, (sqlite3_int64)query->limit);
    int result;
    bool good = true;
    while (good && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        struct record *record = arena_push(arena, &list->items, &list->count, &list->capacity, sizeof *record);
        good = record_of_row(journal, arena, statement, record, fault);
    }
    sqlite3_reset(statement);
    return good && (result == SQLITE_DONE || journal_fault(journal, result, fault));
}

/* Records of one case that are looked up together. */
#define LOOKED_UP 64

/* A record that a look-up led to, when it is of that log. */
static bool of_case(struct journal *journal, struct arena *arena, const struct record_query *query,
                    const struct digest *subject, long long number, struct record_list *list, struct fault *fault)
{
    struct hashes hashes;
    struct record record;
    if (!hashes_read(journal, number, &hashes, fault))
        return false;
    if (memcmp(hashes.subject, subject->bytes, HASH_BYTES) != 0)
        return misled(journal, fault);
    if (!record_by_number(journal, arena, number, &record, fault))
        return false;
    /* One that is damaged may not know its log: it is shown as damaged. */
    if (record.log.at && (!text_equal(record.log, query->log) || record.index < query->from))
        return true;
    struct record *added = arena_push(arena, &list->items, &list->count, &list->capacity, sizeof *added);
    *added = record;
    return true;
}

static bool find_of_case(struct journal *journal, struct arena *arena, const struct record_query *query,
                         struct span span, struct record_list *list, struct fault *fault)
{
    struct digest subject;
    long long numbers[LOOKED_UP];
    size_t found = LOOKED_UP;
    if (!subject_hash(journal, arena, log_region(query->log), query->case_id, &subject, fault))
        return false;
    while (found == LOOKED_UP) {
        if (!lookup_records(journal, &subject, span.after, numbers, LOOKED_UP, &found, fault))
            return false;
        for (size_t i = 0; i < found; i++) {
            if (numbers[i] > span.until || list->count == query->limit)
                return true;
            if (!of_case(journal, arena, query, &subject, numbers[i], list, fault))
                return false;
            span.after = numbers[i];
        }
    }
    return true;
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
    struct span span = span_of(query, after);
    return query->case_id.at ? find_of_case(journal, arena, query, span, list, fault)
                             : find_of_log(journal, arena, query, log, span, list, fault);
}

struct log_size *journal_logs(const struct journal *journal, struct arena *arena, size_t *count)
{
    struct log_size *sizes = ARENA_ARRAY(arena, journal->logs_count, struct log_size);
    for (size_t i = 0; i < journal->logs_count; i++)
        sizes[i] = (struct log_size){journal->logs[i].name, journal->logs[i].size};
    *count = journal->logs_count;
    return sizes;
}
