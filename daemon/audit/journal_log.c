/* Logs: their trees, heads and proofs. */
#include "audit/journal_database.h"

#include "audit/proof.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void journal_damaged(struct journal *journal, const char *format, ...)
{
    va_list list;
    if (*journal->damage)
        return;
    va_start(list, format);
    vsnprintf(journal->damage, sizeof journal->damage, format, list);
    va_end(list);
}

const char *journal_damage(const struct journal *journal)
{
    return *journal->damage ? journal->damage : NULL;
}

struct log *log_find(struct journal *journal, struct text name)
{
    for (size_t i = 0; i < journal->logs_count; i++)
        if (text_equal(journal->logs[i].name, name))
            return &journal->logs[i];
    return NULL;
}

struct text log_region(struct text log)
{
    const char *slash = log.length ? memchr(log.at, '/', log.length) : NULL;
    return slash ? (struct text){log.at, (size_t)(slash - log.at)} : log;
}

/* ---- the tree ---- */

static bool tile_read(void *context, unsigned level, uint64_t index, unsigned char tile[TILE_BYTES],
                      struct fault *fault)
{
    const struct log_store *store = context;
    struct journal *journal = store->journal;
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_FIND_TILE);
    sqlite3_bind_int64(statement, 1, store->number);
    sqlite3_bind_int64(statement, 2, level);
    sqlite3_bind_int64(statement, 3, (sqlite3_int64)index);
    int result = sqlite3_step(statement);
    bool whole = result == SQLITE_ROW && (size_t)sqlite3_column_bytes(statement, 0) == TILE_BYTES;
    if (whole)
        memcpy(tile, sqlite3_column_blob(statement, 0), TILE_BYTES);
    sqlite3_reset(statement);
    if (!whole && (result == SQLITE_ROW || result == SQLITE_DONE)) {
        journal->broken = true;
        return fault_set(fault, FAULT_BROKEN, "the journal is damaged: tile %u/%llu of log %lld is not whole", level,
                         (unsigned long long)index, store->number);
    }
    return whole || journal_fault(journal, result, fault);
}

static bool leaves_append(struct journal *journal, struct log *log, struct fault *fault)
{
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_FIND_LEAVES);
    sqlite3_bind_int64(statement, 1, log->number);
    sqlite3_bind_int64(statement, 2, (sqlite3_int64)log->tree.size);
    sqlite3_bind_int64(statement, 3, log->size);
    int result;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW)
        log_tree_append(&log->tree, tree_leaf((struct text){sqlite3_column_blob(statement, 0),
                                                            (size_t)sqlite3_column_bytes(statement, 0)}));
    sqlite3_reset(statement);
    return result == SQLITE_DONE || journal_fault(journal, result, fault);
}

bool log_ready(struct journal *journal, struct log *log, struct fault *fault)
{
    if (log->opened)
        return true;
    log_tree_init(&log->tree, &journal->arena, (struct tile_store){tile_read, log->store});
    if (!log_tree_open(&log->tree, (uint64_t)log->size / TILE_WIDTH, fault) || !leaves_append(journal, log, fault))
        return false;
    bool committed = log->size == log->size_committed && log->size > 0;
    if ((long long)log->tree.size != log->size ||
        (committed && !digest_equal(log_tree_root(&log->tree), log->root))) {
        journal->broken = true;
        return fault_set(fault, FAULT_BROKEN, "the journal is damaged: the records of log `%.*s` are not those of its head",
                         TEXT_ARGS(log->name));
    }
    log->opened = true;
    return true;
}

/* ---- heads ---- */

static struct note_key key_of(const struct journal *journal, struct text log)
{
    return note_key_of(log, NOTE_ED25519, journal->signing.public_key);
}

struct text journal_vkey(const struct journal *journal, struct arena *arena, struct text log)
{
    struct note_key key = key_of(journal, log);
    return note_key_text(arena, &key);
}

bool log_head(struct journal *journal, struct arena *arena, struct log *log, long long size, struct text *note,
              struct fault *fault)
{
    struct checkpoint checkpoint = {.origin = log->name, .size = (uint64_t)size};
    assert(size <= log->size);
    if (log->note_length && log->note_size == size) {
        *note = (struct text){log->note, log->note_length};
        return true;
    }
    if (!log_ready(journal, log, fault))
        return false;
    struct tree_reader reader = log_tree_reader(&log->tree);
    if (size == log->size)
        checkpoint.root = log_tree_root(&log->tree);
    else if (!tree_root(&reader, (uint64_t)size, &checkpoint.root, fault))
        return false;
    struct note_key key = key_of(journal, log->name);
    *note = checkpoint_sign(arena, &checkpoint, &key, journal->signing.key);
    assert(note->length <= sizeof log->note);
    memcpy(log->note, note->at, note->length);
    log->note_length = note->length;
    log->note_size = size;
    return true;
}

bool journal_head(struct journal *journal, struct arena *arena, struct text name, struct text *note,
                  struct fault *fault)
{
    struct log *log = log_find(journal, name);
    *note = (struct text){0};
    if (!log || !log->size)
        return true;
    if (!log_head(journal, arena, log, log->size, note, fault))
        return false;
    *note = text_copy(arena, *note);
    return true;
}

bool journal_proof(struct journal *journal, struct arena *arena, const struct record *record, enum journal_tree tree,
                   struct text *text, struct fault *fault)
{
    struct log *log = log_find(journal, record->log);
    assert(log && record->index < log->size);
    long long size = tree == TREE_OF_NOW ? log->size : record->index + 1;
    struct proof proof = {.index = (uint64_t)record->index};
    if (!log_ready(journal, log, fault))
        return false;
    struct tree_reader reader = log_tree_reader(&log->tree);
    if (!tree_inclusion(&reader, proof.index, (uint64_t)size, &proof.path, fault) ||
        !log_head(journal, arena, log, size, &proof.note, fault))
        return false;
    *text = proof_text(arena, &proof);
    return true;
}

bool journal_consistency(struct journal *journal, struct arena *arena, struct text name, long long from, long long to,
                         struct tree_proof *proof, struct text *note, struct fault *fault)
{
    struct log *log = log_find(journal, name);
    assert(log && from >= 1 && from <= to && to <= log->size);
    if (!log_ready(journal, log, fault))
        return false;
    struct tree_reader reader = log_tree_reader(&log->tree);
    if (!tree_consistency(&reader, (uint64_t)from, (uint64_t)to, proof, fault) ||
        !log_head(journal, arena, log, to, note, fault))
        return false;
    *note = text_copy(arena, *note);
    return true;
}
