#include "audit/journal_database.h"

#include "base/json.h"

static bool store(struct journal *journal, enum statement which, struct text digest, struct text text,
                  struct fault *fault)
{
    sqlite3_stmt *statement = journal_statement(journal, which);
    bind_text(statement, 1, digest);
    bind_text(statement, 2, text);
    return journal_run(journal, statement, fault);
}

bool journal_store_edition(struct journal *journal, struct text digest, struct text manifest,
                           const struct file_set *files, struct fault *fault)
{
    bool alone = !journal->batch;
    struct arena arena;
    arena_init(&arena);
    bool done = journal_begin(journal, fault) && store(journal, STATEMENT_ADD_EDITION, digest, manifest, fault);
    for (size_t i = 0; done && i < files->count; i++) {
        struct text name = digest_text(&arena, digest_of(files->items[i].text));
        done = store(journal, STATEMENT_ADD_FILE, name, files->items[i].text, fault);
    }
    arena_finish(&arena);
    if (alone && done)
        return journal_commit(journal, fault);
    if (alone)
        journal_rollback(journal);
    return done;
}

/* The text stored under a digest, and with it what it should be: a text that is another one was changed. */
static bool text_find(struct journal *journal, struct arena *arena, enum statement which, struct text digest,
                      struct text *text, struct fault *fault)
{
    sqlite3_stmt *statement = journal_statement(journal, which);
    bind_text(statement, 1, digest);
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW)
        *text = column_text(arena, statement, 0);
    sqlite3_reset(statement);
    if (result == SQLITE_DONE)
        return fault_set(fault, FAULT_ABSENT, "the journal does not hold `%.*s`", TEXT_ARGS(digest));
    if (result != SQLITE_ROW)
        return journal_fault(journal, result, fault);
    if (text_equal(digest_text(arena, digest_of(*text)), digest))
        return true;
    journal_damaged(journal, "what is stored as `%.*s` is not as it was written", TEXT_ARGS(digest));
    return fault_set(fault, FAULT_ABSENT, "%.350s", journal->damage);
}

bool journal_edition_files(struct journal *journal, struct arena *arena, struct text digest, struct text *manifest,
                           struct file_set *files, struct fault *fault)
{
    *files = (struct file_set){0};
    if (!text_find(journal, arena, STATEMENT_FIND_EDITION, digest, manifest, fault))
        return false;
    struct json_error error;
    const struct value *named = value_get(json_read(arena, *manifest, &error), "files");
    if (!named || named->kind != VALUE_OBJECT)
        return fault_set(fault, FAULT_ABSENT, "the manifest of edition `%.*s` names no files", TEXT_ARGS(digest));
    for (size_t i = 0; i < named->count; i++) {
        struct text text;
        if (!text_find(journal, arena, STATEMENT_FIND_FILE, named->items[i]->text, &text, fault))
            return false;
        files_add(arena, files, named->names[i], text);
    }
    return true;
}
