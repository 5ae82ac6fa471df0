/*
 * DIR/head: the heads of all logs outside the journal, so that an older copy of the journal is noticed. It is written
 * at start, at the end, and between commits once a second; never before what it speaks of is committed.
 *
 *     {"notes":["almere/2026\n42\n...", ...]}
 */
#include "audit/journal_database.h"

#include "audit/note.h"
#include "base/durable.h"
#include "base/json.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define NAME "head"
/* Logs in one file: fifty regions for a hundred years. */
#define HEAD_FILE_BYTES_MAX ((size_t)5000 * HEAD_BYTES_MAX)

bool heads_save(struct journal *journal, struct fault *fault)
{
    struct arena arena;
    arena_init(&arena);
    struct value *file = value_object(&arena), *notes = value_list(&arena);
    bool good = true;
    for (size_t i = 0; good && i < journal->logs_count; i++) {
        struct log *log = &journal->logs[i];
        struct text note;
        good = log->size_committed == 0 || log_head(journal, &arena, log, log->size_committed, &note, fault);
        if (good && log->size_committed)
            value_append(&arena, notes, value_text(&arena, text_copy(&arena, note)));
    }
    value_set(&arena, file, "notes", notes);
    good = good && durable_replace(journal->folder, NAME, json_write(&arena, file), false, fault);
    arena_finish(&arena);
    journal->head_saved = moment_now().second;
    journal->head_behind = !good;
    return good;
}

/* Was it written by us? Then the log it speaks of, which may be gone. */
static bool note_check(struct journal *journal, struct arena *arena, struct text text, struct checkpoint *checkpoint)
{
    struct note note;
    if (!note_read(arena, text, &note) || !checkpoint_read(note.text, checkpoint))
        return false;
    struct note_key key = note_key_of(checkpoint->origin, NOTE_ED25519, journal->signing.public_key);
    struct fault fault;
    bool ours = note_verify(&note, &key, NULL) == NOTE_GOOD;
    if (!ours && !former_key_signed(journal, arena, &note, checkpoint->origin, &ours, &fault))
        return false;
    return ours && checkpoint->size > 0 && checkpoint->size < INT64_MAX;
}

/* Does the log begin with the tree of that head? */
static bool head_holds(struct journal *journal, struct log *log, const struct checkpoint *checkpoint, bool *holds,
                       struct fault *fault)
{
    struct digest root;
    *holds = false;
    if (!log || (long long)checkpoint->size > log->size)
        return true;
    if ((long long)checkpoint->size == log->size) {
        *holds = digest_equal(checkpoint->root, log->root);
        return true;
    }
    if (!log_ready(journal, log, fault))
        return false;
    struct tree_reader reader = log_tree_reader(&log->tree);
    if (!tree_root(&reader, checkpoint->size, &root, fault))
        return false;
    *holds = digest_equal(checkpoint->root, root);
    return true;
}

/* One of a log that is lost is enough: the longest. */
static void lost_add(struct journal *journal, const struct checkpoint *checkpoint)
{
    struct lost *lost = NULL;
    for (size_t i = 0; i < journal->lost_count; i++)
        if (text_equal(journal->lost[i].log, checkpoint->origin))
            lost = &journal->lost[i];
    if (lost && lost->size >= (long long)checkpoint->size)
        return;
    if (!lost)
        lost = arena_push(&journal->arena, &journal->lost, &journal->lost_count, &journal->lost_capacity, sizeof *lost);
    *lost = (struct lost){.log = text_copy(&journal->arena, checkpoint->origin), .size = (long long)checkpoint->size,
                          .root = checkpoint->root};
}

static bool head_compare(struct journal *journal, struct arena *arena, struct text note, const char *where,
                         struct fault *fault)
{
    struct checkpoint checkpoint;
    bool holds;
    if (!note_check(journal, arena, note, &checkpoint))
        return fault_set(fault, FAULT_BROKEN, "the head %s is not as it was written", where);
    struct log *log = log_find(journal, checkpoint.origin);
    if (!head_holds(journal, log, &checkpoint, &holds, fault))
        return false;
    if (holds)
        return true;
    lost_add(journal, &checkpoint);
    journal_damaged(journal,
                    "the journal is an older copy, or another one: log `%.*s` has %lld records, and the head %s %lld; "
                    "`--continue-after-restore` closes it and begins another",
                    TEXT_ARGS(checkpoint.origin), log ? log->size : 0, where, (long long)checkpoint.size);
    return true;
}

bool heads_check(struct journal *journal, struct fault *fault)
{
    struct arena arena;
    struct text text;
    struct json_error error;
    if (!durable_is_there(journal->folder, NAME)) {
        if (journal->logs_count)
            return fault_set(fault, FAULT_BROKEN,
                             "`head` is gone from the data folder, and the journal has records: put it back");
        return heads_save(journal, fault);
    }
    arena_init(&arena);
    char path[4096];
    snprintf(path, sizeof path, "%s/" NAME, journal->folder);
    bool good = file_read(&arena, path, HEAD_FILE_BYTES_MAX, &text, fault);
    const struct value *notes = good ? value_get(json_read(&arena, text, &error), "notes") : NULL;
    if (good && (!notes || notes->kind != VALUE_LIST))
        good = fault_set(fault, FAULT_BROKEN, "the file `head` in the data folder is not as it was written");
    for (size_t i = 0; good && i < notes->count; i++)
        good = head_compare(journal, &arena, notes->items[i]->text, "that was kept beside it", fault);
    arena_finish(&arena);
    /* Without room the one that is there stands: it is still true, of fewer records. */
    return good && (journal->lost_count || heads_save(journal, fault) || fault->kind == FAULT_FULL);
}

bool journal_head_known(struct journal *journal, struct text note, const char *where, struct fault *fault)
{
    struct arena arena;
    arena_init(&arena);
    bool good = head_compare(journal, &arena, note, where, fault);
    arena_finish(&arena);
    return good;
}

void journal_size_known(struct journal *journal, struct text name, long long size, const char *where)
{
    const struct log *log = log_find(journal, name);
    if (size > (log ? log->size : 0))
        journal_damaged(journal,
                        "the journal is an older copy, or another one: log `%.*s` has %lld records, and %s has seen %lld",
                        TEXT_ARGS(name), log ? log->size : 0, where, size);
}

/* ---- going on after a restore ---- */

bool journal_restored(const struct journal *journal)
{
    return journal->lost_count > 0;
}

static struct value *head_value(struct arena *arena, struct text log, long long size, const struct digest *root)
{
    struct value *head = value_object(arena);
    value_set(arena, head, "log", value_text(arena, log));
    value_set(arena, head, "size", value_integer(arena, size));
    if (size)
        value_set(arena, head, "root", value_text(arena, digest_text(arena, *root)));
    return head;
}

/* `almere/2026` goes on as `almere/2026.2`, and that one as `almere/2026.3`. */
static struct text name_after(struct journal *journal, struct arena *arena, struct text name)
{
    const char *point = memrchr(name.at, '.', name.length);
    struct text stem = point ? (struct text){name.at, (size_t)(point - name.at)} : name;
    for (int number = 2;; number++) {
        struct text next = text_format(arena, "%.*s.%d", TEXT_ARGS(stem), number);
        bool taken = log_find(journal, next) != NULL;
        for (size_t i = 0; i < journal->lost_count; i++)
            taken = taken || text_equal(journal->lost[i].log, next);
        if (!taken)
            return next;
    }
}

static bool log_continue(struct journal *journal, struct arena *arena, const struct lost *lost, struct fault *fault)
{
    struct text next = name_after(journal, arena, lost->log);
    struct log *log = log_find(journal, lost->log);
    struct value *about = value_object(arena);
    value_set(arena, about, "known", head_value(arena, lost->log, lost->size, &lost->root));
    value_set(arena, about, "restored", head_value(arena, lost->log, log ? log->size : 0, log ? &log->root : NULL));
    struct record record = {
        .kind = RECORD_RESTART,
        .client = TEXT("daemon"),
        .request = TEXT("{\"cause\":\"restore\"}"),
        .decision = TEXT("{}"),
        .about = about,
    };
    /* Into that very log, whatever year it is: the next record closes it when its year is over. */
    struct log *begun = journal_begin(journal, fault) ? log_open(journal, next, fault) : NULL;
    return begun && log_append(journal, arena, begun, &record, NULL, moment_now(), fault) &&
           log_close(journal, lost->log, next, fault);
}

bool journal_continue(struct journal *journal, struct fault *fault)
{
    struct arena arena;
    arena_init(&arena);
    *journal->damage = 0;
    /* All that the lost records may have used is passed over: a slot is used once. */
    journal->slot = keys_count(journal->keys);
    bool good = true;
    for (size_t i = 0; good && i < journal->lost_count; i++)
        good = log_continue(journal, &arena, &journal->lost[i], fault);
    good = good && journal_commit(journal, fault) && heads_save(journal, fault);
    if (!good && journal->batch)
        journal_rollback(journal);
    if (good)
        journal->lost_count = 0;
    arena_finish(&arena);
    return good;
}
