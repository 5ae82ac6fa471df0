#include "audit/replay.h"

#include "base/json.h"

#include <string.h>

#define CACHE_MAX (sizeof((struct edition_cache *)0)->items / sizeof((struct edition_cache *)0)->items[0])

static bool journal_files(void *context, struct arena *arena, struct text digest, struct text *manifest,
                          struct file_set *files, struct fault *fault)
{
    return journal_edition_files(context, arena, digest, manifest, files, fault);
}

struct edition_store edition_store_of(struct journal *journal)
{
    return (struct edition_store){journal_files, journal};
}

void edition_cache_finish(struct edition_cache *cache)
{
    for (size_t i = 0; i < cache->count; i++)
        edition_release(cache->items[i].edition);
    cache->count = 0;
}

/* The oldest makes room. */
static void cache_add(struct edition_cache *cache, struct text digest, struct edition *edition)
{
    if (cache->count == CACHE_MAX) {
        edition_release(cache->items[0].edition);
        memmove(&cache->items[0], &cache->items[1], (CACHE_MAX - 1) * sizeof cache->items[0]);
        cache->count--;
    }
    cache->items[cache->count].digest = text_copy(&edition->arena, digest);
    cache->items[cache->count++].edition = edition;
}

struct edition *edition_cache_get(struct edition_cache *cache, struct edition_store store, struct edition *current,
                                  struct text digest, struct findings *findings, struct fault *fault)
{
    fault->kind = FAULT_NONE;
    if (current && text_equal(current->digest, digest))
        return current;
    for (size_t i = 0; i < cache->count; i++)
        if (text_equal(cache->items[i].digest, digest))
            return cache->items[i].edition;
    struct arena arena;
    arena_init(&arena);
    struct text manifest;
    struct file_set files;
    struct edition *edition = NULL;
    if (store.files(store.context, &arena, digest, &manifest, &files, fault))
        edition = edition_load(&files, false, findings);
    arena_finish(&arena);
    if (edition)
        cache_add(cache, digest, edition);
    return edition;
}

/* ---- deciding again ---- */

static struct value *decide_again(struct arena *arena, const struct rules *rules, const struct record *record,
                                  const bool *trace, struct refusals *refusals)
{
    struct json_error error;
    struct value *request = json_read(arena, record->request, &error);
    const struct value *on = value_get(json_read(arena, record->decision, &error), "on");
    struct case_file case_file;
    struct asked asked;
    struct date date;
    if (!request || !on || !date_parse(on->text, &date)) {
        refusals_add_at(refusals, ERROR_INTERNAL, NULL, "the record does not hold a request and a decision with a date");
        return NULL;
    }
    struct pointer root = {0}, at = {.parent = &root, .name = TEXT("case")};
    if (!case_read(arena, rules, value_get(request, "case"), &at, &case_file, refusals) ||
        !asked_read(rules, request, &asked, refusals))
        return NULL;
    if (trace) {
        asked.trace = *trace;
        asked.for_role = (struct text){0};
    }
    return decide(arena, rules, &case_file, date, &asked, refusals);
}

struct value *decide_as_asked(struct arena *arena, const struct rules *rules, const struct record *record,
                              struct refusals *refusals)
{
    return decide_again(arena, rules, record, NULL, refusals);
}

struct value *decide_whole(struct arena *arena, const struct rules *rules, const struct record *record, bool trace,
                           struct refusals *refusals)
{
    return decide_again(arena, rules, record, &trace, refusals);
}

/* ---- comparing ---- */

static struct value *different(struct arena *arena, struct text at, const struct value *recorded,
                               const struct value *replayed, const char *because)
{
    struct value *outcome = value_object(arena);
    value_set(arena, outcome, "outcome", value_string(arena, "different"));
    value_set(arena, outcome, "at", value_text(arena, at));
    if (recorded)
        value_set(arena, outcome, "recorded", value_copy(arena, recorded));
    if (replayed)
        value_set(arena, outcome, "replayed", value_copy(arena, replayed));
    value_set(arena, outcome, "because", value_string(arena, because));
    return outcome;
}

/*
 * Whose doing a difference is. The files come from the store by digest: when those that were loaded are the ones
 * that the record names, only the engine is left.
 */
static const char *because(struct arena *arena, struct edition_store store, const struct edition *edition,
                           const struct record *record)
{
    struct text manifest, at;
    struct file_set files;
    struct fault fault;
    struct json_error error;
    if (text_equal(edition->digest, record->edition))
        return "engine";
    if (!store.files(store.context, arena, record->edition, &manifest, &files, &fault))
        return "rules";
    const struct value *recorded = value_get(json_read(arena, manifest, &error), "files");
    const struct value *loaded = value_get(json_read(arena, edition->manifest, &error), "files");
    const struct value *in_recorded, *in_loaded;
    if (!recorded || !loaded || !value_difference(arena, recorded, loaded, &at, &in_recorded, &in_loaded))
        return "engine";
    return text_is(at, "/national~1calendar.yaml") ? "calendar" : "rules";
}

static struct value *compare(struct arena *arena, struct edition_store store, const struct edition *edition,
                             const struct record *record, struct value *again)
{
    struct value *trace = value_get(again, "trace");
    if (trace)
        value_remove(again, "trace");
    struct text replayed = json_write(arena, again);
    struct value *outcome = value_object(arena);
    if (text_equal(replayed, record->decision)) {
        value_set(arena, outcome, "outcome", value_string(arena, "identical"));
    } else {
        struct json_error error;
        const struct value *left = json_read(arena, record->decision, &error);
        const struct value *right = json_read(arena, replayed, &error);
        const struct value *in_left = left, *in_right = right;
        struct text at = TEXT("");
        if (left && right)
            value_difference(arena, left, right, &at, &in_left, &in_right);
        outcome = different(arena, at, in_left, in_right, because(arena, store, edition, record));
    }
    if (trace)
        value_set(arena, again, "trace", trace);
    return outcome;
}

bool replay_record(struct arena *arena, struct edition_cache *cache, struct edition_store store, struct edition *current,
                   const struct record *record, bool trace, struct value **outcome, struct value **again,
                   struct fault *fault)
{
    struct findings findings;
    struct refusals refusals;
    findings_init(&findings, arena);
    refusals_init(&refusals, arena);
    *again = NULL;
    if (record->state != RECORD_WHOLE) {
        *outcome = value_object(arena);
        value_set(arena, *outcome, "outcome", value_string(arena, "erased"));
        return true;
    }
    struct edition *edition = edition_cache_get(cache, store, current, record->edition, &findings, fault);
    if (!edition && fault->kind != FAULT_NONE && fault->kind != FAULT_ABSENT)
        return false;
    if (edition)
        *again = decide_whole(arena, edition->rules, record, trace, &refusals);
    if (*again) {
        *outcome = compare(arena, store, edition, record, *again);
        return true;
    }
    /* Nothing to compare with: the rules are gone, do not load any more, or the case cannot be read any more. */
    struct json_error error;
    const char *doing = edition ? because(arena, store, edition, record) : findings.count ? "engine" : "rules";
    *outcome = different(arena, TEXT(""), json_read(arena, record->decision, &error), NULL, doing);
    return true;
}
