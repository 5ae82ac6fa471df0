#include "audit/journal_walking.h"

#include "base/json.h"

#include <limits.h>
#include <string.h>

/* ---- 2: nothing beside ---- */

/* A row of the index is of a log that is there. */
static bool index_log_check(struct walk *walk, long long after, struct fault *fault)
{
    bool there, known = true;
    sqlite3_stmt *statement = walk_statement(walk, STATEMENT_NEXT_LOG);
    sqlite3_bind_int64(statement, 1, after);
    if (!walk_row(walk, statement, NULL, -1, &there, fault))
        return false;
    if (there) {
        long long number = sqlite3_column_int64(statement, 0);
        known = false;
        for (size_t i = 0; i < walk->journal->logs_count; i++)
            known = known || walk->journal->logs[i].number == number;
    }
    sqlite3_reset(statement);
    return known || walk_wrong(walk, NULL, -1, "the index of records has a log that is not there");
}

static bool index_rows(struct walk *walk, const struct log *log, const struct walk_log *state, bool *end,
                       struct fault *fault)
{
    sqlite3_stmt *statement = walk_statement(walk, STATEMENT_WALK_INDEX);
    sqlite3_bind_int64(statement, 1, log->number);
    sqlite3_bind_int64(statement, 2, walk->position);
    sqlite3_bind_int64(statement, 3, ROWS_TOGETHER);
    bool there, good = true;
    *end = false;
    while (!*end && (good = walk_row(walk, statement, log, walk->position, &there, fault)) && there) {
        long long position = sqlite3_column_int64(statement, 0), number = sqlite3_column_int64(statement, 1);
        const struct text parts[] = {{(const char *)walk->rows.bytes, DIGEST_BYTES},
                                     {(const char *)&position, sizeof position},
                                     {(const char *)&number, sizeof number}};
        walk->rows = digest_of_parts(parts, 3);
        *end = ++walk->position >= state->size;
    }
    sqlite3_reset(statement);
    *end = *end || (good && walk->position == 0 && state->size == 0);
    return good;
}

/* The index of one log says of each position the same record as the rows themselves. */
bool walk_index(struct walk *walk, struct fault *fault)
{
    bool end;
    if (walk->log == walk->logs_count) {
        walk->phase = PHASE_TABLES;
        return index_log_check(walk, walk->log ? walk->journal->logs[walk->log - 1].number : 0, fault);
    }
    const struct log *log = &walk->journal->logs[walk->log];
    const struct walk_log *state = &walk->logs[walk->log];
    long long before = walk->position;
    if (before == 0) {
        walk->rows = (struct digest){{0}};
        if (!index_log_check(walk, walk->log ? walk->journal->logs[walk->log - 1].number : LLONG_MIN, fault))
            return false;
    }
    if (!index_rows(walk, log, state, &end, fault))
        return false;
    if (!end && walk->position > before)
        return true;
    if (!end || !digest_equal(walk->rows, state->rows))
        return walk_wrong(walk, log, -1, "the index of log `%.*s` leads to other records than its own",
                          TEXT_ARGS(log->name));
    walk->log++;
    walk->position = 0;
    return true;
}

static bool table_rows(struct walk *walk, size_t *rows, struct fault *fault)
{
    static const enum statement statements[LOOKUP_TABLES] = {[LOOKUP_REQUEST] = STATEMENT_WALK_REQUESTS,
                                                             [LOOKUP_CASE] = STATEMENT_WALK_CASES,
                                                             [LOOKUP_SLOT] = STATEMENT_WALK_SLOTS};
    struct tally *tally = &walk->tally;
    sqlite3_stmt *statement = walk_statement(walk, statements[tally->table]);
    if (tally->table == LOOKUP_SLOT)
        sqlite3_bind_int64(statement, 1, tally->first);
    else
        sqlite3_bind_blob(statement, 1, tally->hash, tally->begun ? HASH_BYTES : 0, SQLITE_TRANSIENT);
    sqlite3_bind_int64(statement, 2, tally->number);
    sqlite3_bind_int64(statement, 3, ROWS_TOGETHER);
    bool there, good, whole = true;
    for (*rows = 0; (good = walk_row(walk, statement, NULL, -1, &there, fault)) && there && whole; ++*rows) {
        tally->begun = true;
        tally->number = sqlite3_column_int64(statement, 1);
        tally->found += tally->number <= (tally->table == LOOKUP_CASE ? tally->slot : tally->filed);
        if (tally->table == LOOKUP_SLOT)
            tally->first = sqlite3_column_int64(statement, 0);
        else if ((whole = sqlite3_column_bytes(statement, 0) == HASH_BYTES))
            memcpy(tally->hash, sqlite3_column_blob(statement, 0), HASH_BYTES);
    }
    sqlite3_reset(statement);
    return good && (whole || walk_wrong(walk, NULL, -1, "a look-up is not whole"));
}

/* Every record was found by its look-ups: when there are as many, there are no others. */
bool walk_table(struct walk *walk, struct fault *fault)
{
    static const char *const names[LOOKUP_TABLES] = {"request", "case", "key"};
    struct tally *tally = &walk->tally;
    size_t rows;
    if (!table_rows(walk, &rows, fault))
        return false;
    if (rows)
        return true;
    /* A case that was erased meanwhile is one fewer: of which it cannot be told whether it had been counted. */
    bool known = tally->table != LOOKUP_CASE || tally->erasures == walk->journal->erasures;
    if (known && tally->found != tally->expected[tally->table])
        return walk_wrong(walk, NULL, -1, "there are %lld look-ups by %s, and %lld records for them", tally->found,
                          names[tally->table], tally->expected[tally->table]);
    tally->found = tally->number = tally->first = 0;
    tally->begun = false;
    if (++tally->table == LOOKUP_TABLES)
        walk->phase = PHASE_EDITIONS;
    return true;
}

/* ---- 3: editions and files ---- */

static bool files_there(struct walk *walk, struct text edition, struct text manifest, struct fault *fault)
{
    struct json_error error;
    const struct value *files = value_get(json_read(&walk->scratch, manifest, &error), "files");
    for (size_t i = 0; files && files->kind == VALUE_OBJECT && i < files->count; i++) {
        bool there;
        sqlite3_stmt *statement = walk_statement(walk, STATEMENT_FIND_FILE);
        bind_text(statement, 1, files->items[i]->text);
        if (!walk_there(walk, statement, NULL, -1, &there, fault))
            return false;
        if (!there)
            return walk_wrong(walk, NULL, -1, "the file `%.*s` of edition `%.*s` is not there",
                              TEXT_ARGS(files->names[i]), TEXT_ARGS(edition));
    }
    return true;
}

/* One edition or file: the next. */
bool walk_text(struct walk *walk, struct fault *fault)
{
    bool editions = walk->phase == PHASE_EDITIONS, there;
    sqlite3_stmt *statement = walk_statement(walk, editions ? STATEMENT_WALK_EDITIONS : STATEMENT_WALK_FILES);
    bind_text(statement, 1, walk->after);
    if (!walk_row(walk, statement, NULL, -1, &there, fault))
        return false;
    if (!there) {
        walk->after = (struct text){0};
        walk->phase = editions ? PHASE_FILES : PHASE_OVER;
        return true;
    }
    struct arena_mark mark = arena_mark(&walk->scratch);
    struct text digest = column_text(&walk->arena, statement, 0), text = column_text(&walk->scratch, statement, 1);
    sqlite3_reset(statement);
    walk->after = digest;
    bool good = true;
    if (!text_equal(digest_text(&walk->scratch, digest_of(text)), digest))
        good = walk_wrong(walk, NULL, -1, "the %s `%.*s` is not the one of that digest",
                          editions ? "edition" : "rule file", TEXT_ARGS(digest));
    else if (editions)
        good = files_there(walk, digest, text, fault);
    arena_back(&walk->scratch, mark);
    return good;
}
