#include "audit/verify.h"

#include "audit/verify_leaf.h"
#include "audit/verify_stray.h"
#include "base/date.h"
#include "base/files.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

/* A bundle is at most 256 leaves and their lengths. */
#define BUNDLE_BYTES_MAX ((size_t)TILE_WIDTH * (2 + TILE_ENTRY_BYTES_MAX))

struct expected_tile {
    bool read;
    uint64_t index;
    unsigned char hashes[TILE_BYTES];
};

struct verifying {
    const char *folder;
    const struct verify_options *options;
    struct verify_report *report;
    struct arena *arena;     /* what is reported, the tree, the expected tiles */
    struct arena scratch;    /* one file at a time */
    struct log_tree tree;    /* what the leaves give */
    struct expected_tile *expected[TILE_LEVELS]; /* what the files say */
    struct kept_head *heads; /* as many as options->heads */
    struct moment last_time;
    struct date last_day;
};

struct kept_head {
    struct checkpoint checkpoint;
    struct digest root; /* that the leaves give at its size */
};

const char *verify_outcome_name(enum verify_outcome outcome)
{
    static const char *const names[] = {
        [VERIFY_VALID] = "valid", [VERIFY_NOT_VALID] = "not valid", [VERIFY_UNANCHORED] = "unanchored"};
    return names[outcome];
}

/* Not valid; returns false, so that checking ends there: what comes first is what is named. */
static bool wrong(struct verifying *verifying, struct text file, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static bool wrong(struct verifying *verifying, struct text file, const char *format, ...)
{
    struct verify_report *report = verifying->report;
    va_list list;
    va_start(list, format);
    report->message = text_format_list(verifying->arena, format, list);
    va_end(list);
    report->outcome = VERIFY_NOT_VALID;
    report->file = text_copy(verifying->arena, file);
    return false;
}

static void among(struct verifying *verifying, uint64_t index, uint64_t until)
{
    verifying->report->has_index = true;
    verifying->report->index = index;
    verifying->report->until = until;
}

static const char *path_of(struct verifying *verifying, struct text file)
{
    return text_string(&verifying->scratch,
                       text_format(&verifying->scratch, "%s/%.*s", verifying->folder, TEXT_ARGS(file)));
}

/* A file that must be there. */
static bool read_file(struct verifying *verifying, struct text file, size_t bytes_max, struct text *text)
{
    struct fault fault = {0};
    if (file_read(&verifying->scratch, path_of(verifying, file), bytes_max, text, &fault))
        return true;
    return wrong(verifying, file, "%s", fault.message);
}

/* ---- The checkpoint ---- */

/* Signed by one of the keys, or nobody was asked. */
static bool check_signature(struct verifying *verifying, struct text file, const struct note *note)
{
    const struct verify_options *options = verifying->options;
    bool anchored = options->key_count == 0;
    for (size_t i = 0; i < options->key_count; i++) {
        const struct note_key *key = &options->keys[i];
        enum note_verdict verdict = note_verify(note, key, NULL);
        if (verdict == NOTE_FORGED)
            return wrong(verifying, file, "the signature of `%.*s` is wrong", TEXT_ARGS(key->name));
        /* A witness saw the log; only the log's own key speaks for it. */
        anchored = anchored || (verdict == NOTE_GOOD && key->type == NOTE_ED25519);
    }
    if (!anchored)
        return wrong(verifying, file, "not signed by the key that was given");
    return true;
}

static bool check_note(struct verifying *verifying, struct text file, struct text text, struct text origin,
                       struct checkpoint *checkpoint)
{
    struct note note;
    if (!note_read(verifying->arena, text, &note) || !checkpoint_read(note.text, checkpoint))
        return wrong(verifying, file, "it is no signed checkpoint");
    if (!check_signature(verifying, file, &note))
        return false;
    if (origin.at && !text_equal(checkpoint->origin, origin))
        return wrong(verifying, file, "it is of the log `%.*s`: expected `%.*s`", TEXT_ARGS(checkpoint->origin),
                     TEXT_ARGS(origin));
    return true;
}

static bool check_checkpoint(struct verifying *verifying)
{
    struct text text, file = TEXT("checkpoint");
    return read_file(verifying, file, NOTE_BYTES_MAX, &text) &&
           check_note(verifying, file, text_copy(verifying->arena, text), verifying->options->origin,
                      &verifying->report->checkpoint);
}

/* Each is of this log, and of no more records than it has. */
static bool check_heads(struct verifying *verifying)
{
    const struct verify_options *options = verifying->options;
    const struct checkpoint *now = &verifying->report->checkpoint;
    verifying->heads = ARENA_ARRAY(verifying->arena, options->head_count, struct kept_head);
    for (size_t i = 0; i < options->head_count; i++) {
        struct checkpoint *kept = &verifying->heads[i].checkpoint;
        verifying->heads[i].root = log_tree_root(&verifying->tree); /* should it be of no record */
        if (!check_note(verifying, TEXT("head"), options->heads[i], now->origin, kept))
            return false;
        if (kept->size <= now->size)
            continue;
        among(verifying, now->size, kept->size - 1);
        return wrong(verifying, TEXT("checkpoint"), "it is of %" PRIu64 " records, and one of %" PRIu64 " was signed before",
                     now->size, kept->size);
    }
    return true;
}

static void note_heads(struct verifying *verifying)
{
    for (size_t i = 0; i < verifying->options->head_count; i++)
        if (verifying->heads[i].checkpoint.size == verifying->tree.size)
            verifying->heads[i].root = log_tree_root(&verifying->tree);
}

static bool check_growth(struct verifying *verifying)
{
    for (size_t i = 0; i < verifying->options->head_count; i++) {
        const struct kept_head *head = &verifying->heads[i];
        uint64_t size = head->checkpoint.size;
        if (digest_equal(head->checkpoint.root, head->root))
            continue;
        if (size > 0)
            among(verifying, 0, size - 1);
        return wrong(verifying, TEXT("checkpoint"),
                     "a head of %" PRIu64 " records was signed that this log does not begin with", size);
    }
    return true;
}

/* ---- The tiles ---- */

/* How many records one hash of that level stands for. */
static uint64_t span_of(unsigned level)
{
    return 1ULL << (8 * level);
}

/* The tile that the files have there, of the width that the size asks for. */
static bool expect_tile(struct verifying *verifying, unsigned level, uint64_t index, struct expected_tile **found)
{
    if (!verifying->expected[level])
        verifying->expected[level] = ARENA_NEW(verifying->arena, struct expected_tile);
    struct expected_tile *tile = verifying->expected[level];
    *found = tile;
    if (tile->read && tile->index == index)
        return true;
    struct text bytes;
    uint64_t size = verifying->report->checkpoint.size, first = index * TILE_WIDTH * span_of(level);
    unsigned width = tile_width(size, level, index);
    struct text file = tile_path(&verifying->scratch, (int)level, index, width);
    /* Should the file not be there, it is all its records that cannot be told right. */
    among(verifying, first, first + width * span_of(level) - 1);
    if (!read_file(verifying, file, TILE_BYTES, &bytes))
        return false;
    unsigned hashes = (unsigned)(bytes.length / DIGEST_BYTES);
    if (bytes.length != width * (size_t)DIGEST_BYTES) {
        if (hashes < width)
            among(verifying, first + hashes * span_of(level), first + width * span_of(level) - 1);
        return wrong(verifying, file, "it has %zu bytes: expected %zu", bytes.length, width * (size_t)DIGEST_BYTES);
    }
    verifying->report->has_index = false;
    memcpy(tile->hashes, bytes.at, bytes.length);
    tile->read = true;
    tile->index = index;
    return true;
}

/* The hash that the last leaf completed at that level, against the file's. */
static bool check_hash(struct verifying *verifying, unsigned level)
{
    struct tree_reader reader = log_tree_reader(&verifying->tree);
    uint64_t at = (verifying->tree.size >> (8 * level)) - 1;
    struct digest hash;
    struct fault fault = {0};
    bool known = reader.hash(reader.context, 8 * level, at, &hash, &fault);
    assert(known); /* the last tile of a level is in memory */
    struct expected_tile *tile;
    if (!expect_tile(verifying, level, at / TILE_WIDTH, &tile))
        return false;
    if (memcmp(tile->hashes + at % TILE_WIDTH * DIGEST_BYTES, hash.bytes, DIGEST_BYTES) == 0)
        return true;
    uint64_t first = at * span_of(level), last = first + span_of(level) - 1;
    among(verifying, first, last);
    unsigned width = tile_width(verifying->report->checkpoint.size, level, at / TILE_WIDTH);
    struct text file = tile_path(&verifying->scratch, (int)level, at / TILE_WIDTH, width);
    if (level == 0)
        return wrong(verifying, file, "record %" PRIu64 " is not the one whose hash stands there", first);
    return wrong(verifying, file, "the hash of the records %" PRIu64 " to %" PRIu64 " is not theirs", first, last);
}

/* ---- The leaves ---- */

/* The origin is the log's name, or ends with it after a slash. */
static bool is_of_log(struct text origin, struct text log)
{
    if (log.length == 0 || origin.length < log.length)
        return false;
    size_t before = origin.length - log.length;
    return text_equal(text_slice(origin, before, origin.length), log) && (before == 0 || origin.at[before - 1] == '/');
}

/* The days from one leaf to the next: of a day between them there is none. */
static void note_silence(struct verifying *verifying, uint64_t index, struct date day)
{
    if (index > 0 && !verifying->report->silence.at && day.day > verifying->last_day.day + 1)
        verifying->report->silence =
            date_text(verifying->arena, date_add_days(verifying->last_day, 1, NULL));
    verifying->last_day = day;
}

static bool check_leaf(struct verifying *verifying, struct text file, struct text leaf, uint64_t index)
{
    struct leaf_view view;
    struct moment time;
    struct date day;
    among(verifying, index, index);
    if (!leaf_view_read(leaf, &view))
        return wrong(verifying, file, "record %" PRIu64 " is no JSON object", index);
    if (!is_of_log(verifying->report->checkpoint.origin, view.log))
        return wrong(verifying, file, "record %" PRIu64 " is of the log `%.*s`: expected that of `%.*s`", index,
                     TEXT_ARGS(view.log), TEXT_ARGS(verifying->report->checkpoint.origin));
    if (!moment_parse(view.time, &time, &day))
        return wrong(verifying, file, "record %" PRIu64 " has no time that can be read: `%.*s`", index,
                     TEXT_ARGS(view.time));
    if (index > 0 && time.second < verifying->last_time.second)
        return wrong(verifying, file, "record %" PRIu64 " is older than the one before it", index);
    note_silence(verifying, index, day);
    verifying->last_time = time;
    verifying->report->has_index = false;
    return true;
}

static bool check_entry(struct verifying *verifying, struct text file, struct text leaf)
{
    uint64_t index = verifying->tree.size;
    unsigned full = log_tree_append(&verifying->tree, tree_leaf(leaf));
    if (full > TILE_LEVELS - 1)
        full = TILE_LEVELS - 1;
    for (unsigned level = 0; level <= full; level++)
        if (!check_hash(verifying, level))
            return false;
    if (!verifying->options->any_leaves && !check_leaf(verifying, file, leaf, index))
        return false;
    verifying->report->records++;
    note_heads(verifying);
    return true;
}

static bool check_bundle(struct verifying *verifying, uint64_t index, unsigned width)
{
    struct text file = tile_path(&verifying->scratch, TILE_ENTRIES, index, width), bundle, leaf;
    uint64_t first = index * TILE_WIDTH;
    among(verifying, first, first + width - 1);
    if (!read_file(verifying, file, BUNDLE_BYTES_MAX, &bundle))
        return false;
    size_t at = 0;
    for (unsigned i = 0; i < width; i++) {
        if (!tile_entry_next(bundle, &at, &leaf)) {
            among(verifying, first + i, first + i);
            return wrong(verifying, file, "record %" PRIu64 " is not whole, or is not there", first + i);
        }
        if (!check_entry(verifying, file, leaf))
            return false;
    }
    if (at == bundle.length)
        return true;
    among(verifying, first + width, first + width);
    return wrong(verifying, file, "something stands after the last record");
}

static bool check_records(struct verifying *verifying)
{
    uint64_t size = verifying->report->checkpoint.size;
    for (uint64_t index = 0; index * TILE_WIDTH < size; index++) {
        struct arena_mark mark = arena_mark(&verifying->scratch);
        if (!check_bundle(verifying, index, tile_width(size, 0, index)))
            return false;
        arena_back(&verifying->scratch, mark);
    }
    verifying->report->has_index = false;
    if (digest_equal(log_tree_root(&verifying->tree), verifying->report->checkpoint.root))
        return true;
    if (size > 0)
        among(verifying, 0, size - 1);
    return wrong(verifying, TEXT("checkpoint"), "its root is not that of the records");
}

bool verify_folder(struct arena *arena, const char *folder, const struct verify_options *options,
                   struct verify_report *report, struct fault *fault)
{
    *report = (struct verify_report){0};
    if (!verify_can_read(folder, fault))
        return false;
    struct verifying verifying = {.folder = folder, .options = options, .report = report, .arena = arena};
    arena_init(&verifying.scratch);
    log_tree_init(&verifying.tree, arena, (struct tile_store){0}); /* only the last tiles are asked */
    if (check_checkpoint(&verifying) && check_heads(&verifying) && check_records(&verifying) &&
        check_growth(&verifying)) {
        struct verify_stray stray;
        if (verify_find_stray(arena, folder, report->checkpoint.size, &stray)) {
            if (stray.has_index)
                among(&verifying, stray.index, stray.index);
            wrong(&verifying, stray.file, "%s", stray.message);
        } else {
            report->outcome = options->key_count == 0 ? VERIFY_UNANCHORED : VERIFY_VALID;
        }
    }
    if (report->outcome == VERIFY_UNANCHORED)
        report->message = TEXT("no key was given: that the log is the one it says it is, is not known");
    arena_finish(&verifying.scratch);
    return true;
}
