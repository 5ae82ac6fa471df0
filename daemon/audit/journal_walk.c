#include "audit/journal_walking.h"

#include <assert.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct walk *walk_begin(struct journal *journal, long long filed)
{
    struct walk *walk = calloc(1, sizeof *walk);
    if (!walk)
        return NULL;
    assert(!journal->batch);
    walk->journal = journal;
    arena_init(&walk->arena);
    arena_init(&walk->scratch);
    walk->until = journal->newest_committed;
    walk->logs_count = journal->logs_count;
    walk->logs = ARENA_ARRAY(&walk->arena, walk->logs_count, struct walk_log);
    for (size_t i = 0; i < walk->logs_count; i++) {
        walk->logs[i] = (struct walk_log){.size = journal->logs[i].size, .root = journal->logs[i].root};
        walk->progress.total += walk->logs[i].size;
    }
    walk->tally.filed = filed;
    walk->tally.erasures = journal->erasures;
    return walk;
}

void walk_open_payloads(struct walk *walk)
{
    walk->opens = true;
}

void walk_end(struct walk *walk)
{
    if (!walk)
        return;
    arena_finish(&walk->arena);
    arena_finish(&walk->scratch);
    free(walk);
}

const struct walk_finding *walk_found(const struct walk *walk)
{
    return walk->wrong ? &walk->finding : NULL;
}

struct walk_progress walk_progress(const struct walk *walk)
{
    return walk->progress;
}

bool walk_wrong(struct walk *walk, const struct log *log, long long index, const char *format, ...)
{
    va_list list;
    assert(!walk->wrong);
    walk->wrong = true;
    walk->finding.index = index;
    if (log)
        snprintf(walk->finding.log, sizeof walk->finding.log, "%.*s", TEXT_ARGS(log->name));
    va_start(list, format);
    vsnprintf(walk->finding.message, sizeof walk->finding.message, format, list);
    va_end(list);
    return false;
}

/* The record that comes next, by the index; false when that cannot be told. */
static const struct log *next_record(struct walk *walk, long long *index)
{
    const struct log *next = NULL;
    long long number = LLONG_MAX;
    for (size_t i = 0; i < walk->logs_count; i++) {
        sqlite3_stmt *statement = journal_statement(walk->journal, STATEMENT_WALK_INDEX);
        sqlite3_bind_int64(statement, 1, walk->journal->logs[i].number);
        sqlite3_bind_int64(statement, 2, walk->logs[i].next);
        sqlite3_bind_int64(statement, 3, 1);
        if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_int64(statement, 1) < number) {
            number = sqlite3_column_int64(statement, 1);
            next = &walk->journal->logs[i];
            *index = walk->logs[i].next;
        }
        sqlite3_reset(statement);
    }
    return next;
}

/* What SQLite says to a page that cannot be what it was: that is a finding as well, and no failure. */
static bool failed(struct walk *walk, int result, const struct log *log, long long index, struct fault *fault)
{
    if ((result & 0xFF) != SQLITE_CORRUPT && (result & 0xFF) != SQLITE_NOTADB)
        return journal_fault(walk->journal, result, fault);
    if (!log && walk->phase == PHASE_RECORDS)
        log = next_record(walk, &index);
    if (!log)
        return walk_wrong(walk, NULL, -1, "the database is damaged: SQLite %d", result);
    return walk_wrong(walk, log, index, "record %lld of log `%.*s` cannot be read: the database is damaged (SQLite %d)",
                      index, TEXT_ARGS(log->name), result);
}

sqlite3_stmt *walk_statement(struct walk *walk, enum statement which)
{
    return journal_statement(walk->journal, which);
}

bool walk_row(struct walk *walk, sqlite3_stmt *statement, const struct log *log, long long index, bool *there,
              struct fault *fault)
{
    int result = sqlite3_step(statement);
    *there = result == SQLITE_ROW;
    if (result == SQLITE_ROW)
        return true;
    bool good = result == SQLITE_DONE || failed(walk, result, log, index, fault);
    sqlite3_reset(statement);
    return good;
}

bool walk_there(struct walk *walk, sqlite3_stmt *statement, const struct log *log, long long index, bool *there,
                struct fault *fault)
{
    if (!walk_row(walk, statement, log, index, there, fault))
        return false;
    sqlite3_reset(statement);
    return true;
}

/* ---- 1: leaves and tiles ---- */

/* The full tile `index` of a level of a log; kept for its next hash. */
static bool tile_of(struct walk *walk, const struct log *log, unsigned level, long long index, long long record,
                    const unsigned char **bytes, struct fault *fault)
{
    struct kept_tile *kept = &walk->tiles[log->number % TILES_KEPT];
    *bytes = kept->bytes;
    if (level == 0 && kept->log == log->number && kept->index == index)
        return true;
    sqlite3_stmt *statement = walk_statement(walk, STATEMENT_FIND_TILE);
    sqlite3_bind_int64(statement, 1, log->number);
    sqlite3_bind_int64(statement, 2, level);
    sqlite3_bind_int64(statement, 3, index);
    bool there;
    if (!walk_row(walk, statement, log, record, &there, fault))
        return false;
    bool whole = there && (size_t)sqlite3_column_bytes(statement, 0) == TILE_BYTES;
    if (whole)
        memcpy(kept->bytes, sqlite3_column_blob(statement, 0), TILE_BYTES);
    sqlite3_reset(statement);
    kept->log = whole && level == 0 ? log->number : 0;
    kept->index = index;
    return whole || walk_wrong(walk, log, record, "tile %u/%lld of log `%.*s` is not whole, or not there", level, index,
                               TEXT_ARGS(log->name));
}

/* The hash `at` of a level of tiles, of which the last leaf was record `record`, against the stored tile. */
static bool hash_check(struct walk *walk, const struct log *log, const struct walk_log *state, unsigned level,
                       long long at, const struct digest *hash, long long record, struct fault *fault)
{
    const unsigned char *bytes;
    long long tile = at / TILE_WIDTH;
    if (state->size >> (8 * level) >> 8 <= tile)
        return true; /* not full: it is not stored */
    if (!tile_of(walk, log, level, tile, record, &bytes, fault))
        return false;
    if (memcmp(bytes + at % TILE_WIDTH * DIGEST_BYTES, hash->bytes, DIGEST_BYTES) == 0)
        return true;
    if (level == 0)
        return walk_wrong(walk, log, record, "record %lld of log `%.*s` is not the one whose hash is in its tile",
                          record, TEXT_ARGS(log->name));
    long long span = 1LL << (8 * level);
    return walk_wrong(walk, log, -1, "tile %u/%lld of log `%.*s` has another hash of the records %lld to %lld", level,
                      tile, TEXT_ARGS(log->name), at * span, at * span + span - 1);
}

/* Adds a leaf, and compares it and all that it completes with the tiles. */
static bool leaf_add(struct walk *walk, const struct log *log, struct walk_log *state, struct digest hash,
                     struct fault *fault)
{
    if (!state->peaks)
        state->peaks = ARENA_ARRAY(&walk->arena, LEVELS_MAX, struct digest);
    long long record = state->next, at = record;
    for (unsigned level = 0;; level++, at >>= 1) {
        if (level % 8 == 0 && !hash_check(walk, log, state, level / 8, at, &hash, record, fault))
            return false;
        if ((at & 1) == 0) {
            state->peaks[level] = hash;
            return true;
        }
        hash = tree_node(state->peaks[level], hash);
    }
}

static struct digest root_of(const struct walk_log *state)
{
    struct digest root = tree_empty();
    bool begun = false;
    for (unsigned level = 0; level < LEVELS_MAX && state->size >> level; level++) {
        if ((state->size >> level & 1) == 0)
            continue;
        root = begun ? tree_node(state->peaks[level], root) : state->peaks[level];
        begun = true;
    }
    return root;
}

/* ---- 1: what a record says ---- */

struct text walk_blob(sqlite3_stmt *row, int column)
{
    const char *at = sqlite3_column_blob(row, column);
    size_t length = (size_t)sqlite3_column_bytes(row, column);
    if (sqlite3_column_type(row, column) == SQLITE_NULL)
        return (struct text){0};
    return (struct text){at ? at : "", length};
}

static bool edition_there(struct walk *walk, const struct log *log, long long index, struct text edition,
                          struct fault *fault)
{
    bool there;
    if (!edition.at || text_equal(edition, walk->edition))
        return true;
    sqlite3_stmt *statement = walk_statement(walk, STATEMENT_FIND_EDITION);
    bind_text(statement, 1, edition);
    if (!walk_there(walk, statement, log, index, &there, fault))
        return false;
    if (!there)
        return walk_wrong(walk, log, index, "record %lld of log `%.*s` was decided by an edition that is not there",
                          index, TEXT_ARGS(log->name));
    walk->edition = text_copy(&walk->arena, edition);
    return true;
}

static bool leaf_check(struct walk *walk, sqlite3_stmt *row, const struct log *log, struct walk_log *state,
                       struct leaf *leaf, struct fault *fault)
{
    struct text problem = {0}, bytes = walk_blob(row, LEAF);
    struct moment moment;
    struct date date;
    long long number, index = state->next;
    if (!leaf_add(walk, log, state, tree_leaf(bytes), fault))
        return false;
    if (!leaf_read(&walk->scratch, bytes, leaf, &problem))
        return walk_wrong(walk, log, index, "record %lld of log `%.*s`: %.*s", index, TEXT_ARGS(log->name),
                          TEXT_ARGS(problem));
    if (!text_equal(leaf->log, log->name))
        return walk_wrong(walk, log, index, "record %lld of log `%.*s` says it is of log `%.*s`", index,
                          TEXT_ARGS(log->name), TEXT_ARGS(leaf->log));
    if (!record_number(leaf->id, &number) || number != sqlite3_column_int64(row, NUMBER))
        return walk_wrong(walk, log, index, "record %lld of log `%.*s` is kept under another id than its own", index,
                          TEXT_ARGS(log->name));
    if (!moment_parse(leaf->time, &moment, &date) || (index > 0 && moment.second < state->second))
        return walk_wrong(walk, log, index, "record %lld of log `%.*s` is older than the one before it", index,
                          TEXT_ARGS(log->name));
    state->second = moment.second;
    return edition_there(walk, log, index, leaf->edition, fault);
}

/* ---- 1: look-ups that lead to a record ---- */

static bool lookup_there(struct walk *walk, enum lookup_table table, struct text hash, long long first,
                         long long second, bool *there, struct fault *fault)
{
    static const enum statement statements[LOOKUP_TABLES] = {
        [LOOKUP_REQUEST] = STATEMENT_IS_REQUEST, [LOOKUP_CASE] = STATEMENT_IS_CASE, [LOOKUP_SLOT] = STATEMENT_IS_SLOT};
    sqlite3_stmt *statement = walk_statement(walk, statements[table]);
    if (table == LOOKUP_SLOT)
        sqlite3_bind_int64(statement, 1, first);
    else
        bind_blob(statement, 1, hash);
    sqlite3_bind_int64(statement, 2, second);
    return walk_there(walk, statement, NULL, -1, there, fault);
}

static bool hash_whole(struct text hash)
{
    return hash.length == HASH_BYTES && hash_marked((const unsigned char *)hash.at);
}

static bool lookups_check(struct walk *walk, sqlite3_stmt *row, const struct log *log, long long index,
                          struct fault *fault)
{
    struct tally *tally = &walk->tally;
    struct text subject = walk_blob(row, SUBJECT), request = walk_blob(row, REQUEST);
    long long number = sqlite3_column_int64(row, NUMBER), slot = sqlite3_column_int64(row, SLOT);
    bool is[LOOKUP_TABLES] = {true, true, true};
    if ((subject.at && (!hash_whole(subject) || slot <= 0)) || (request.at && !hash_whole(request)))
        return walk_wrong(walk, log, index, "what record %lld of log `%.*s` is looked up by is not whole", index,
                          TEXT_ARGS(log->name));
    if (number > tally->filed)
        return true; /* in memory */
    if ((request.at && !lookup_there(walk, LOOKUP_REQUEST, request, 0, number, &is[LOOKUP_REQUEST], fault)) ||
        (subject.at && !lookup_there(walk, LOOKUP_CASE, subject, 0, slot, &is[LOOKUP_CASE], fault)) ||
        (slot > 0 && !lookup_there(walk, LOOKUP_SLOT, (struct text){0}, slot, number, &is[LOOKUP_SLOT], fault)))
        return false;
    if (!is[LOOKUP_REQUEST] || !is[LOOKUP_CASE] || !is[LOOKUP_SLOT])
        return walk_wrong(walk, log, index, "record %lld of log `%.*s` is not found by its %s", index,
                          TEXT_ARGS(log->name), is[LOOKUP_REQUEST] ? "case" : "request");
    tally->expected[LOOKUP_REQUEST] += request.at != NULL;
    tally->expected[LOOKUP_SLOT] += slot > 0;
    tally->expected[LOOKUP_CASE] += slot > tally->slot && subject.at; /* a case's first record takes a new slot */
    tally->slot = slot > tally->slot ? slot : tally->slot;
    return true;
}

/* ---- 1: the records ---- */

static struct log *log_of_number(struct walk *walk, long long number, struct walk_log **state)
{
    for (size_t i = 0; i < walk->logs_count; i++) {
        if (walk->journal->logs[i].number != number)
            continue;
        *state = &walk->logs[i];
        return &walk->journal->logs[i];
    }
    return NULL;
}

static bool record_check(struct walk *walk, sqlite3_stmt *row, struct fault *fault)
{
    struct walk_log *state = NULL;
    const struct log *log = log_of_number(walk, sqlite3_column_int64(row, LOG), &state);
    long long position = sqlite3_column_int64(row, POSITION), number = sqlite3_column_int64(row, NUMBER);
    struct leaf leaf;
    if (!log)
        return walk_wrong(walk, NULL, -1, "a record is of a log that is not there");
    if (position != state->next)
        return walk_wrong(walk, log, state->next,
                          "record %lld of log `%.*s` is not there: record %lld stands in its place", state->next,
                          TEXT_ARGS(log->name), position);
    if (state->next >= state->size)
        return walk_wrong(walk, log, position, "log `%.*s` goes on after its head: expected %lld records",
                          TEXT_ARGS(log->name), state->size);
    if (!leaf_check(walk, row, log, state, &leaf, fault) || !walk_payload(walk, row, log, position, &leaf, fault) ||
        !lookups_check(walk, row, log, position, fault))
        return false;
    const struct text parts[] = {{(const char *)state->rows.bytes, DIGEST_BYTES},
                                 {(const char *)&position, sizeof position},
                                 {(const char *)&number, sizeof number}};
    state->rows = digest_of_parts(parts, 3);
    state->next++;
    walk->number = number;
    walk->progress.records++;
    return true;
}

static bool records_walk(struct walk *walk, int64_t until_us, struct fault *fault)
{
    sqlite3_stmt *statement = walk_statement(walk, STATEMENT_WALK);
    sqlite3_bind_int64(statement, 1, walk->number);
    sqlite3_bind_int64(statement, 2, walk->until);
    bool there, good;
    while ((good = walk_row(walk, statement, NULL, -1, &there, fault)) && there) {
        struct arena_mark mark = arena_mark(&walk->scratch);
        good = record_check(walk, statement, fault);
        arena_back(&walk->scratch, mark);
        if (!good || monotonic_us() >= until_us)
            break;
    }
    sqlite3_reset(statement);
    if (good && !there)
        walk->phase = PHASE_LOGS;
    return good;
}

static int gone_compare(const void *a, const void *b)
{
    const struct gone *x = a, *y = b;
    int order = (x->log > y->log) - (x->log < y->log);
    return order ? order : (x->index > y->index) - (x->index < y->index);
}

/* Each log ends where its head says, with its root; and what is gone was erased. */
static bool logs_check(struct walk *walk)
{
    for (size_t i = 0; i < walk->logs_count; i++) {
        const struct log *log = &walk->journal->logs[i];
        const struct walk_log *state = &walk->logs[i];
        if (state->next != state->size)
            return walk_wrong(walk, log, state->next,
                              "record %lld of log `%.*s` is not there: its head is of %lld records", state->next,
                              TEXT_ARGS(log->name), state->size);
        if (state->size && !digest_equal(root_of(state), state->root))
            return walk_wrong(walk, log, -1,
                              "the head of log `%.*s` has another root than its records: one of the records from %lld "
                              "on is not as it was written",
                              TEXT_ARGS(log->name), state->size / TILE_WIDTH * TILE_WIDTH);
        if (log->next.at && !log_find(walk->journal, log->next))
            return walk_wrong(walk, log, -1, "the log that goes on after log `%.*s` is not there",
                              TEXT_ARGS(log->name));
    }
    if (walk->erased.count)
        qsort(walk->erased.items, walk->erased.count, sizeof *walk->erased.items, gone_compare);
    for (size_t i = 0; i < walk->gone.count; i++) {
        const struct gone *item = &walk->gone.items[i];
        struct walk_log *state;
        const struct log *log = log_of_number(walk, item->log, &state);
        if (!walk->erased.count || !bsearch(item, walk->erased.items, walk->erased.count, sizeof *item, gone_compare))
            return walk_wrong(walk, log, item->index,
                              "the payload of record %lld of log `%.*s` is gone, and no record of an erasure names it",
                              item->index, TEXT_ARGS(log->name));
    }
    walk->phase = PHASE_INDEX;
    walk->log = 0;
    walk->position = 0;
    return true;
}

/* ---- all of it ---- */

bool walk_on(struct walk *walk, int64_t until_us, bool *over, struct fault *fault)
{
    bool good = !walk->wrong;
    do {
        switch (walk->phase) {
        case PHASE_RECORDS:
            good = good && records_walk(walk, until_us, fault);
            break;
        case PHASE_LOGS:
            good = good && logs_check(walk);
            break;
        case PHASE_INDEX:
            good = good && walk_index(walk, fault);
            break;
        case PHASE_TABLES:
            good = good && walk_table(walk, fault);
            break;
        case PHASE_EDITIONS:
        case PHASE_FILES:
            good = good && walk_text(walk, fault);
            break;
        case PHASE_OVER:
            break;
        }
    } while (good && walk->phase != PHASE_OVER && monotonic_us() < until_us);
    *over = walk->wrong || (good && walk->phase == PHASE_OVER);
    return good || walk->wrong;
}
