#include "audit/journal_database.h"

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
