/* What is handed to auditors: leaves, and what records hold. */
#include "audit/journal_database.h"

#include <limits.h>
#include <string.h>

/* Is it the leaf that the log's tree has there? A fault, when the tree cannot be read or it is another one. */
static bool leaf_in_tree(struct journal *journal, struct log *log, long long index, struct text leaf,
                         struct fault *fault)
{
    struct tree_reader reader = log_tree_reader(&log->tree);
    struct digest in_tree;
    if (!reader.hash(reader.context, 0, (uint64_t)index, &in_tree, fault))
        return false;
    if (digest_equal(in_tree, tree_leaf(leaf)))
        return true;
    journal_damaged(journal, "record %lld of log `%.*s` is not as it was written", index, TEXT_ARGS(log->name));
    return fault_set(fault, FAULT_BROKEN, "%.380s", journal->damage);
}

bool journal_leaves(struct journal *journal, struct arena *arena, struct text name, long long from, size_t limit,
                    struct text_list *leaves, struct fault *fault)
{
    struct log *log = log_find(journal, name);
    *leaves = (struct text_list){0};
    if (!log)
        return fault_set(fault, FAULT_ABSENT, "there is no log `%.*s`", TEXT_ARGS(name));
    if (from < 0 || from >= log->size)
        return true;
    if (!log_ready(journal, log, fault))
        return false;
    long long until = log->size - from > (long long)limit ? from + (long long)limit : log->size;
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_FIND_LEAVES);
    sqlite3_bind_int64(statement, 1, log->number);
    sqlite3_bind_int64(statement, 2, from);
    sqlite3_bind_int64(statement, 3, until);
    int result;
    bool good = true;
    while (good && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        struct text leaf = column_blob(arena, statement, 0);
        good = leaf_in_tree(journal, log, from + (long long)leaves->count, leaf, fault);
        text_list_add(arena, leaves, leaf);
    }
    sqlite3_reset(statement);
    if (!good || result != SQLITE_DONE)
        return good ? journal_fault(journal, result, fault) : false;
    if ((long long)leaves->count == until - from)
        return true;
    journal_damaged(journal, "log `%.*s` lacks a record between %lld and %lld", TEXT_ARGS(name), from, until - 1);
    return fault_set(fault, FAULT_BROKEN, "%.380s", journal->damage);
}

/* What a row holds, opened. False when it is damaged, or the world is wrong. */
static bool payload_open(struct journal *journal, struct arena *arena, sqlite3_stmt *row, struct whole_record *whole,
                         struct fault *fault)
{
    struct record *record = &whole->record;
    long long slot = sqlite3_column_int64(row, 3);
    struct text payload = column_blob(arena, row, 5);
    struct seal_place place = {record->log, record->index, record->id};
    struct unsealed unsealed = {0};
    struct digest hash;
    enum key_found found = KEY_WRONG;
    bool good = payload.at ? unseal(arena, journal->keys, slot, &place, payload, &unsealed, &found, fault)
                           : slot == KEYS_SLOT_NONE ||
                                 keys_hash(journal->keys, slot, "gone", TEXT(""), &hash, &found, fault);
    if (!good)
        return false;
    if (found == KEY_WRONG || (!payload.at && found == KEY_FOUND)) {
        journal_damaged(journal, "record %lld of log `%.*s` is not as it was written", record->index,
                        TEXT_ARGS(record->log));
        return fault_set(fault, FAULT_BROKEN, "%.380s", journal->damage);
    }
    record->state = found == KEY_FOUND ? RECORD_WHOLE : RECORD_ERASED;
    record->request = unsealed.content.request;
    record->decision = unsealed.content.decision;
    record->case_id = slot == KEYS_SLOT_NONE ? (struct text){0} : TEXT(""); /* of somebody */
    whole->trail = unsealed.content.trail;
    memcpy(whole->seed, unsealed.seed, sizeof whole->seed);
    unsealed_finish(&unsealed);
    return true;
}

static bool whole_of_row(struct journal *journal, struct arena *arena, struct log *log, sqlite3_stmt *row,
                         struct whole_record *whole, struct fault *fault)
{
    struct leaf leaf;
    struct text problem;
    struct record *record = &whole->record;
    record->log = log->name;
    record->index = sqlite3_column_int64(row, 2);
    record->leaf = column_blob(arena, row, 4);
    if (!leaf_in_tree(journal, log, record->index, record->leaf, fault))
        return false;
    if (!leaf_read(arena, record->leaf, &leaf, &problem)) {
        journal_damaged(journal, "record %lld of log `%.*s`: %.*s", record->index, TEXT_ARGS(log->name),
                        TEXT_ARGS(problem));
        return fault_set(fault, FAULT_BROKEN, "%.380s", journal->damage);
    }
    record->id = leaf.id;
    record->edition = leaf.edition;
    return payload_open(journal, arena, row, whole, fault);
}

bool journal_whole(struct journal *journal, struct arena *arena, struct text name, long long from, size_t limit,
                   size_t bytes_max, struct whole_list *list, struct fault *fault)
{
    struct log *log = log_find(journal, name);
    *list = (struct whole_list){0};
    if (!log)
        return fault_set(fault, FAULT_ABSENT, "there is no log `%.*s`", TEXT_ARGS(name));
    if (!log_ready(journal, log, fault))
        return false;
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_FIND_IN_LOG);
    sqlite3_bind_int64(statement, 1, log->number);
    sqlite3_bind_int64(statement, 2, from);
    sqlite3_bind_int64(statement, 3, -1);
    sqlite3_bind_int64(statement, 4, LLONG_MAX);
    sqlite3_bind_int64(statement, 5, (sqlite3_int64)limit);
    int result = SQLITE_DONE;
    bool good = true;
    size_t bytes = 0;
    while (good && bytes < bytes_max && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        struct whole_record *whole = arena_push(arena, &list->items, &list->count, &list->capacity, sizeof *whole);
        good = whole_of_row(journal, arena, log, statement, whole, fault);
        bytes += whole->record.request.length + whole->record.decision.length;
    }
    sqlite3_reset(statement);
    return good && (result == SQLITE_ROW || result == SQLITE_DONE || journal_fault(journal, result, fault));
}
