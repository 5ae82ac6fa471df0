#include "audit/journal_database.h"

#include "base/json.h"

#include <assert.h>
#include <string.h>

/* The WAL is moved into the database when it holds so many pages: 16 MiB. */
#define WAL_PAGES_MAX 2048

/* The key of a record: the time and sequence of its id, the first 60 bits of a UUIDv7 without its version. */
bool record_number(struct text id, long long *number)
{
    if (id.length != 36 || id.at[8] != '-' || id.at[13] != '-' || id.at[14] != '7' || id.at[18] != '-' ||
        id.at[23] != '-')
        return false;
    static const char hex[] = "0123456789abcdef";
    unsigned long long sum = 0;
    for (size_t i = 0; i < 18; i++) {
        if (i == 8 || i == 13 || i == 14)
            continue;
        const char *digit = id.at[i] ? strchr(hex, id.at[i]) : NULL;
        if (!digit)
            return false;
        sum = sum << 4 | (unsigned long long)(digit - hex);
    }
    *number = (long long)sum;
    return true;
}

/* No statement may be in the middle of a row when a batch ends. */
static void statements_settle(struct journal *journal)
{
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_reset(journal->statements[i]);
}

bool journal_begin(struct journal *journal, struct fault *fault)
{
    if (journal->broken)
        return fault_set(fault, FAULT_BROKEN, "the journal failed before and is not written to any more");
    if (*journal->damage)
        return fault_set(fault, FAULT_FULL, "nothing is written: %.340s", journal->damage);
    if (journal->batch)
        return true;
    if (!journal_run(journal, journal_statement(journal, STATEMENT_BEGIN), fault))
        return false;
    journal->batch = true;
    return true;
}

/* To what was committed last. A tree goes back a tile at most; after more it is read again when it is needed. */
static void log_back(struct log *log)
{
    if (log->size - log->size_committed > TILE_WIDTH)
        log->opened = false;
    else if (log->opened)
        log_tree_back(&log->tree, (uint64_t)log->size_committed);
    if (log->note_size > log->size_committed)
        log->note_length = 0;
    log->size = log->size_committed;
    log->second = log->second_committed;
    log->next = log->next_committed;
}

void journal_rollback(struct journal *journal)
{
    statements_settle(journal);
    struct fault fault;
    /* SQLite has rolled back itself after some errors. */
    if (journal->batch && !sqlite3_get_autocommit(journal->database) &&
        !journal_run(journal, journal_statement(journal, STATEMENT_ROLLBACK), &fault))
        journal->broken = true;
    journal->batch = false;
    if (journal->lookups)
        lookups_drop(journal->lookups);
    journal->slot = journal->slot_committed;
    journal->logs_count = journal->logs_committed;
    for (size_t i = 0; i < journal->logs_count; i++)
        log_back(&journal->logs[i]);
}

bool journal_has_batch(const struct journal *journal)
{
    return journal->batch;
}

/* The head of each log that grew goes in with its records. */
static bool heads_write(struct journal *journal, struct fault *fault)
{
    struct arena arena;
    arena_init(&arena);
    bool good = true;
    for (size_t i = 0; good && i < journal->logs_count; i++) {
        struct log *log = &journal->logs[i];
        struct text note;
        if (log->size == log->size_committed)
            continue;
        good = log_head(journal, &arena, log, log->size, &note, fault);
        if (!good)
            break;
        struct digest root = log_tree_root(&log->tree);
        sqlite3_stmt *statement = journal_statement(journal, STATEMENT_SET_HEAD);
        sqlite3_bind_int64(statement, 1, log->number);
        sqlite3_bind_int64(statement, 2, log->size);
        bind_digest(statement, 3, &root, sizeof root.bytes);
        bind_blob(statement, 4, note);
        sqlite3_bind_int64(statement, 5, journal->slot);
        good = journal_run(journal, statement, fault);
    }
    arena_finish(&arena);
    return good;
}

bool journal_commit(struct journal *journal, struct fault *fault)
{
    if (!journal->batch)
        return true;
    statements_settle(journal);
    if (!heads_write(journal, fault) ||
        !journal_run(journal, journal_statement(journal, STATEMENT_COMMIT), fault)) {
        journal_rollback(journal);
        return false;
    }
    journal->batch = false;
    lookups_keep(journal->lookups);
    journal->newest_committed = journal->newest;
    journal->head_behind = true;
    journal->slot_committed = journal->slot;
    journal->logs_committed = journal->logs_count;
    for (size_t i = 0; i < journal->logs_count; i++) {
        struct log *log = &journal->logs[i];
        if (log->size != log->size_committed)
            log->root = log_tree_root(&log->tree);
        log->size_committed = log->size;
        log->second_committed = log->second;
        log->next_committed = log->next;
    }
    return true;
}

/* With no room for the database to grow, what was committed stays in the WAL, as durable as before. */
static bool wal_tidy(struct journal *journal, struct fault *fault)
{
    int result = sqlite3_wal_checkpoint_v2(journal->database, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    if (result == SQLITE_OK) {
        journal->wal_pages = 0;
        return true;
    }
    return journal_fault(journal, result, fault) || fault->kind == FAULT_FULL;
}

bool journal_tidy(struct journal *journal, struct fault *fault)
{
    if (journal->batch)
        return true;
    statements_settle(journal);
    /* Without room it waits; anything else that keeps it from being written is said. */
    if (journal->head_behind && moment_now().second != journal->head_saved && !heads_save(journal, fault) &&
        fault->kind != FAULT_FULL)
        return false;
    bool large = journal->wal_pages >= WAL_PAGES_MAX;
    if (large && !wal_tidy(journal, fault))
        return false;
    /* One of both in a turn, as long as look-ups can wait. */
    if ((!large || lookups_press(journal->lookups)) && !lookups_tidy(journal, fault) && fault->kind != FAULT_FULL)
        return false;
    return large || check_beside(journal, fault);
}

/* ---- appending ---- */

static struct log *log_add(struct journal *journal, struct text name, struct fault *fault)
{
    long long number = journal->logs_count ? journal->logs[journal->logs_count - 1].number + 1 : 1;
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_ADD_LOG);
    sqlite3_bind_int64(statement, 1, number);
    bind_text(statement, 2, name);
    if (!journal_run(journal, statement, fault))
        return NULL;
    struct log *log =
        arena_push(&journal->arena, &journal->logs, &journal->logs_count, &journal->logs_capacity, sizeof *log);
    *log = (struct log){.name = text_copy(&journal->arena, name), .number = number};
    log->store = ARENA_NEW(&journal->arena, struct log_store);
    *log->store = (struct log_store){journal, number};
    return log;
}

bool log_close(struct journal *journal, struct text name, struct text next, struct fault *fault)
{
    struct log *log = log_find(journal, name);
    if (!log && !(log = log_add(journal, name, fault)))
        return false;
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_SET_NEXT);
    sqlite3_bind_int64(statement, 1, log->number);
    bind_text(statement, 2, next);
    if (!journal_run(journal, statement, fault))
        return false;
    log->next = text_copy(&journal->arena, next);
    return true;
}

struct log *log_open(struct journal *journal, struct text name, struct fault *fault)
{
    struct log *log = log_find(journal, name);
    while (log && log->next.at)
        log = log_find(journal, log->next);
    return log ? log : log_add(journal, name, fault);
}

/* What a record becomes in the journal. All of it is made before anything is written. */
struct row {
    long long number, slot;
    bool has_subject, has_request;
    struct digest subject, request, body;
    struct text leaf, payload;
};

static bool record_insert(struct journal *journal, const struct row *row, const struct log *log, long long position,
                          struct fault *fault)
{
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_ADD_RECORD);
    sqlite3_bind_int64(statement, 1, row->number);
    sqlite3_bind_int64(statement, 2, log->number);
    sqlite3_bind_int64(statement, 3, position);
    sqlite3_bind_int64(statement, 4, row->slot);
    if (row->has_subject)
        bind_digest(statement, 5, &row->subject, HASH_BYTES);
    if (row->has_request) {
        bind_digest(statement, 6, &row->request, HASH_BYTES);
        bind_digest(statement, 7, &row->body, HASH_BYTES);
    }
    bind_blob(statement, 8, row->leaf);
    bind_blob(statement, 9, row->payload);
    return journal_run(journal, statement, fault);
}

/* ---- what a record is sealed under ---- */

/* Under the key of the installation, which is never erased: without it nothing works. */
static bool hash_of(struct journal *journal, const char *label, struct text text, struct digest *hash,
                    struct fault *fault)
{
    enum key_found found;
    if (!keys_hash(journal->keys, KEYS_SLOT_INSTALLATION, label, text, hash, &found, fault))
        return false;
    hash_mark(hash);
    return found == KEY_FOUND || fault_set(fault, FAULT_BROKEN, "the first key of the file of keys cannot be used");
}

/* Each part with its length before it, so that no two lists read alike. */
static struct text parts_text(struct arena *arena, const struct text *parts, size_t count)
{
    struct buffer buffer;
    buffer_init(&buffer, arena);
    for (size_t i = 0; i < count; i++) {
        buffer_format(&buffer, "%zu:", parts[i].length);
        buffer_add(&buffer, parts[i]);
    }
    return buffer_text(&buffer);
}

bool request_hash(struct journal *journal, struct arena *arena, const struct request_key *key, struct digest *hash,
                  struct fault *fault)
{
    const struct text parts[] = {key->client, key->verb, key->region, key->request};
    return hash_of(journal, "request", parts_text(arena, parts, sizeof parts / sizeof *parts), hash, fault);
}

bool subject_hash(struct journal *journal, struct arena *arena, struct text region, struct text case_id,
                  struct digest *hash, struct fault *fault)
{
    const struct text parts[] = {region, case_id};
    return hash_of(journal, "case", parts_text(arena, parts, sizeof parts / sizeof *parts), hash, fault);
}

/*
 * The slot of a case: that of its newest record, or the next free one. In an older copy of the journal the case may
 * still be known of which the key was erased since.
 */
static bool slot_of_case(struct journal *journal, struct row *row, struct fault *fault)
{
    struct digest hash;
    enum key_found found = KEY_ERASED;
    if (!lookup_slot(journal, &row->subject, &row->slot, fault))
        return false;
    if (row->slot != KEYS_SLOT_NONE && !keys_hash(journal->keys, row->slot, "there", TEXT(""), &hash, &found, fault))
        return false;
    if (found != KEY_ERASED)
        return true;
    row->slot = journal->slot;
    if (!keys_take(journal->keys, &row->slot, fault))
        return false;
    journal->slot = row->slot + 1;
    return true;
}

static bool row_hashes(struct journal *journal, struct arena *arena, const struct record *record,
                       const struct request_key *key, struct row *row, struct fault *fault)
{
    row->slot = KEYS_SLOT_NONE;
    row->has_subject = record->case_id.at != NULL;
    if (row->has_subject && (!subject_hash(journal, arena, record->region, record->case_id, &row->subject, fault) ||
                             !slot_of_case(journal, row, fault)))
        return false;
    row->has_request = key && key->request.at;
    if (!row->has_request)
        return true;
    enum key_found found;
    long long slot = row->slot == KEYS_SLOT_NONE ? KEYS_SLOT_INSTALLATION : row->slot;
    if (!request_hash(journal, arena, key, &row->request, fault) ||
        !keys_hash(journal->keys, slot, "body", key->body, &row->body, &found, fault))
        return false;
    hash_mark(&row->body);
    return found == KEY_FOUND || fault_set(fault, FAULT_BROKEN, "the key of slot %lld cannot be used", slot);
}

/* The six things that a log line of a government has to tell (BIO2 8.15.01): who and when are in the leaf too. */
static struct text trail_of(struct arena *arena, const struct record *record, const struct request_key *key)
{
    struct value *trail = value_object(arena);
    struct text object = record->case_id.at ? record->case_id : record->log;
    value_set(arena, trail, "action", key ? value_text(arena, key->verb) : value_string(arena, record_kind_names[record->kind]));
    value_set(arena, trail, "actor", value_text(arena, record->client));
    value_set(arena, trail, "object", value_text(arena, object));
    value_set(arena, trail, "origin", value_string(arena, key ? "request" : "daemon"));
    value_set(arena, trail, "result", value_string(arena, record->kind == RECORD_FORBIDDEN ? "refused" : "recorded"));
    value_set(arena, trail, "time", value_text(arena, record->time));
    return json_write(arena, trail);
}

static bool row_seal(struct journal *journal, struct arena *arena, struct record *record,
                     const struct request_key *key, struct row *row, struct fault *fault)
{
    struct json_error error;
    struct seal_place place = {record->log, record->index, record->id};
    struct content content = {record->request, record->decision, trail_of(arena, record, key)};
    const struct value *request = record->request_read;
    if (!request && record->case_id.at)
        request = json_read(arena, record->request, &error);
    struct text answer = record->answer.at ? record->answer : record->decision;
    struct sealed sealed;
    enum key_found found;
    if (!seal(arena, journal->keys, row->slot, &place, &content, request, answer, &sealed, &found, fault))
        return false;
    if (found != KEY_FOUND)
        return fault_set(fault, FAULT_BROKEN, "the key of slot %lld cannot be used", row->slot);
    struct leaf leaf = {
        .kind = text_of(record_kind_names[record->kind]),
        .id = record->id,
        .log = record->log,
        .time = record->time,
        .client = record->client,
        .edition = record->edition.length ? record->edition : (struct text){0},
        .has_contents = true,
        .has_answer = sealed.has_answer,
        .has_sealed = true,
        .contents = sealed.contents,
        .answer = sealed.answer,
        .sealed = sealed.sealed,
        .about = record->about,
    };
    bool fits = leaf_write(arena, &leaf, &row->leaf);
    assert(fits); /* names are at most ID_LENGTH_MAX */
    row->payload = sealed.payload;
    record->leaf = row->leaf;
    memcpy(record->opening, sealed.opening, sizeof record->opening);
    secret_wipe(sealed.opening, sizeof sealed.opening);
    return true;
}

static bool tiles_add(struct journal *journal, const struct log *log, unsigned full, struct fault *fault)
{
    for (unsigned level = 0; level < full; level++) {
        uint64_t index;
        struct text tile = log_tree_full(&log->tree, level, &index);
        sqlite3_stmt *statement = journal_statement(journal, STATEMENT_ADD_TILE);
        sqlite3_bind_int64(statement, 1, log->number);
        sqlite3_bind_int64(statement, 2, level);
        sqlite3_bind_int64(statement, 3, (sqlite3_int64)index);
        bind_blob(statement, 4, tile);
        if (!journal_run(journal, statement, fault))
            return false;
    }
    return true;
}

bool journal_append(struct journal *journal, struct arena *arena, struct record *record, const struct request_key *key,
                    struct fault *fault)
{
    if (!journal_begin(journal, fault))
        return false;
    struct moment now = moment_now();
    struct log *log = log_of_day(journal, record->log, now, fault);
    return log && log_append(journal, arena, log, record, key, now, fault);
}

bool log_append(struct journal *journal, struct arena *arena, struct log *log, struct record *record,
                const struct request_key *key, struct moment now, struct fault *fault)
{
    if (!lookups_have_room(journal->lookups))
        return fault_set(fault, FAULT_FULL, "there was no room on the disk for the look-ups of the journal for long");
    record->log = text_copy(arena, log->name); /* a record outlives a journal that is closed */
    if (now.second < log->second)
        now.second = log->second;
    struct row row = {0};
    record->id = uuid_new(&journal->ids, arena);
    record->time = moment_text(arena, now);
    record->index = log->size;
    bool known = record_number(record->id, &row.number);
    assert(known && row.number > journal->newest);
    if (!log_ready(journal, log, fault) || !row_hashes(journal, arena, record, key, &row, fault) ||
        !row_seal(journal, arena, record, key, &row, fault) ||
        !record_insert(journal, &row, log, record->index, fault))
        return false;
    struct lookup lookup = {row.number, row.slot, .has_subject = row.has_subject, .has_request = row.has_request};
    memcpy(lookup.subject, row.subject.bytes, HASH_BYTES);
    memcpy(lookup.request, row.request.bytes, HASH_BYTES);
    journal->newest = row.number;
    lookups_add(journal->lookups, &lookup);
    log->size++;
    log->second = now.second;
    return tiles_add(journal, log, log_tree_append(&log->tree, tree_leaf(row.leaf)), fault);
}
