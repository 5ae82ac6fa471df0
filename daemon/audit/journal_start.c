/* What is checked when a journal is opened, and what beside serving. */
#include "audit/journal_walk.h"

#include "audit/note.h"

/* Beside batches: a slice of so long, not before so much time went by. A twentieth of a busy core. */
#define SLICE_US 1000
#define BETWEEN_SLICES_US 20000

/*
 * A head is of that log, size and root, and if a signature says it is ours, it is. One of another key was made before
 * the keys were rotated: it is signed anew when it is asked for.
 */
static bool head_good(struct journal *journal, struct arena *arena, struct log *log)
{
    struct note note;
    struct checkpoint checkpoint;
    if (!note_read(arena, (struct text){log->note, log->note_length}, &note) ||
        !checkpoint_read(note.text, &checkpoint) || !text_equal(checkpoint.origin, log->name) ||
        (long long)checkpoint.size != log->size || !digest_equal(checkpoint.root, log->root))
        return false;
    struct note_key key = note_key_of(log->name, NOTE_ED25519, journal->signing.public_key);
    enum note_verdict verdict = note_verify(&note, &key, NULL);
    if (verdict == NOTE_UNSIGNED)
        log->note_length = 0;
    return verdict != NOTE_FORGED;
}

bool heads_read(struct journal *journal, struct fault *fault)
{
    struct arena arena;
    arena_init(&arena);
    bool good = true;
    for (size_t i = 0; good && i < journal->logs_count; i++) {
        struct log *log = &journal->logs[i];
        struct arena_mark mark = arena_mark(&arena);
        good = log->size == 0 || head_good(journal, &arena, log) ||
               fault_set(fault, FAULT_BROKEN,
                         "the journal is damaged: the head of log `%.*s` is not the one that was signed",
                         TEXT_ARGS(log->name));
        arena_back(&arena, mark);
    }
    arena_finish(&arena);
    return good;
}

/* The records after that one, each as far as it can be told without opening it. */
static bool records_check(struct journal *journal, long long after, struct fault *fault)
{
    struct arena arena;
    arena_init(&arena);
    bool good = true, intact = true;
    int result = SQLITE_DONE;
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_WALK);
    sqlite3_bind_int64(statement, 1, after);
    sqlite3_bind_int64(statement, 2, journal->newest_committed);
    while (good && intact && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        struct arena_mark mark = arena_mark(&arena);
        struct record record;
        good = row_intact(journal, &arena, statement, &record, &intact, fault);
        if (good && !intact)
            journal_damaged(journal, "record %lld of log `%.*s` is not as it was written", record.index,
                            TEXT_ARGS(record.log));
        arena_back(&arena, mark);
    }
    sqlite3_reset(statement);
    arena_finish(&arena);
    return good && (!intact || result == SQLITE_DONE || journal_fault(journal, result, fault));
}

bool start_check(struct journal *journal, struct fault *fault)
{
    if (!journal_mark(journal, "stopped", &journal->stopped, fault))
        return false;
    long long filed = lookups_filed(journal->lookups);
    if (!records_check(journal, journal->stopped > filed ? journal->stopped : filed, fault))
        return false;
    journal->walk = walk_begin(journal, filed);
    if (!journal->walk)
        return fault_set(fault, FAULT_BROKEN, "no memory for checking the journal");
    journal->checked = true;
    journal->walk_total = walk_progress(journal->walk).total;
    return true;
}

bool stop_mark(struct journal *journal, struct fault *fault)
{
    if (!journal->checked || journal->broken || *journal->damage || journal->newest_committed == journal->stopped)
        return true;
    if (!journal_begin(journal, fault) || !journal_set_mark(journal, "stopped", journal->newest_committed, fault) ||
        !journal_run(journal, journal_statement(journal, STATEMENT_COMMIT), fault))
        return false;
    journal->batch = false;
    return true;
}

bool journal_check_step(struct journal *journal, long long microseconds, struct fault *fault)
{
    bool over;
    if (!journal->walk || journal->batch)
        return true;
    if (!walk_on(journal->walk, monotonic_us() + microseconds, &over, fault))
        return false;
    journal->walked_us = monotonic_us();
    journal->walk_records = walk_progress(journal->walk).records;
    if (!over)
        return true;
    const struct walk_finding *finding = walk_found(journal->walk);
    if (finding)
        journal_damaged(journal, "%s", finding->message);
    walk_end(journal->walk);
    journal->walk = NULL;
    return true;
}

bool check_beside(struct journal *journal, struct fault *fault)
{
    return monotonic_us() - journal->walked_us < BETWEEN_SLICES_US || journal_check_step(journal, SLICE_US, fault);
}

struct journal_progress journal_progress(const struct journal *journal)
{
    return (struct journal_progress){journal->walk_records, journal->walk_total, journal->walk == NULL};
}
