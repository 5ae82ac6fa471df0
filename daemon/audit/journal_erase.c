/*
 * Erasing a case. It only goes forward, and a start repeats what is lacking: the record of it is committed; the key is
 * overwritten and synced, from when on nobody reads the case again, also not in an older copy; then what is left of it
 * in the rows is taken out, and the WAL is emptied.
 */
#include "audit/journal_database.h"

#include <limits.h>

bool journal_case_slot(struct journal *journal, struct arena *arena, struct text region, struct text case_id,
                       long long *slot, struct fault *fault)
{
    struct digest subject;
    if (!subject_hash(journal, arena, region, case_id, &subject, fault))
        return false;
    return lookup_slot(journal, &subject, slot, fault);
}

static bool run_with(struct journal *journal, enum statement which, long long number, struct fault *fault)
{
    sqlite3_stmt *statement = journal_statement(journal, which);
    sqlite3_bind_int64(statement, 1, number);
    return journal_run(journal, statement, fault);
}

bool journal_erase_later(struct journal *journal, long long slot, struct fault *fault)
{
    return journal_begin(journal, fault) && run_with(journal, STATEMENT_ADD_ERASURE, slot, fault);
}

/* The newest slot below `*slot` that is still to be erased; none when it is 0: that is the installation's. */
static bool erasure_find(struct journal *journal, long long *slot, struct fault *fault)
{
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_FIND_ERASURE);
    sqlite3_bind_int64(statement, 1, *slot);
    int result = sqlite3_step(statement);
    *slot = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    return result == SQLITE_ROW || result == SQLITE_DONE || journal_fault(journal, result, fault);
}

static bool committed(struct journal *journal, bool good, struct fault *fault)
{
    if (good && journal_commit(journal, fault))
        return true;
    if (journal->batch)
        journal_rollback(journal);
    return false;
}

static bool rows_clear(struct journal *journal, long long slot, struct fault *fault)
{
    bool good = journal_begin(journal, fault) && lookups_erase(journal, slot, fault);
    if (!committed(journal, good, fault))
        return false;
    lookups_forget(journal->lookups, slot);
    journal->erasures++;
    return true;
}

/* The WAL still has the pages as they were. What is to be erased stays marked until it is empty: a start sees to it. */
static bool wal_clear(struct journal *journal, struct fault *fault)
{
    int result = sqlite3_wal_checkpoint_v2(journal->database, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    if (result != SQLITE_OK)
        return journal_fault(journal, result, fault);
    journal->wal_pages = 0;
    bool good = journal_begin(journal, fault) && run_with(journal, STATEMENT_END_ERASURE, LLONG_MAX, fault);
    return committed(journal, good, fault);
}

bool journal_erase_finish(struct journal *journal, bool *any, struct fault *fault)
{
    *any = false;
    for (long long slot = LLONG_MAX;;) {
        if (!erasure_find(journal, &slot, fault))
            return false;
        if (slot == 0)
            return !*any || wal_clear(journal, fault);
        *any = true;
        if (!keys_erase(journal->keys, &slot, 1, fault) || !rows_clear(journal, slot, fault))
            return false;
    }
}
