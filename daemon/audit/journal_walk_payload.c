#include "audit/journal_walking.h"

#include "base/json.h"

/* The places that the record of an erasure names; it is about nobody, and lies there in clear. */
static bool erasure_read(struct walk *walk, const struct log *log, long long index, struct text payload,
                         const struct leaf *leaf, struct fault *fault)
{
    struct unsealed unsealed;
    enum key_found found;
    struct seal_place place = {log->name, index, leaf->id};
    struct json_error error;
    if (!unseal(&walk->scratch, NULL, KEYS_SLOT_NONE, &place, payload, &unsealed, &found, fault))
        return false;
    if (found != KEY_FOUND)
        return walk_wrong(walk, log, index, "record %lld of log `%.*s`, of an erasure, cannot be read", index,
                          TEXT_ARGS(log->name));
    const struct value *outcome = json_read(&walk->scratch, unsealed.content.decision, &error);
    unsealed_finish(&unsealed);
    const struct value *records = outcome ? value_get(outcome, "records") : NULL;
    for (size_t i = 0; records && records->kind == VALUE_LIST && i < records->count; i++) {
        const struct value *of = value_get(records->items[i], "log"), *at = value_get(records->items[i], "index");
        const struct log *named = of && of->kind == VALUE_TEXT ? log_find(walk->journal, of->text) : NULL;
        struct gones *erased = &walk->erased;
        if (!named || !at || at->kind != VALUE_INTEGER)
            continue;
        struct gone *item = arena_push(&walk->arena, &erased->items, &erased->count, &erased->capacity, sizeof *item);
        *item = (struct gone){named->number, at->integer};
    }
    return true;
}

/* A payload that is gone was erased: its slot says so, or without keys a record that names it. */
static bool gone_check(struct walk *walk, const struct log *log, long long index, long long slot, struct fault *fault)
{
    struct digest hash;
    enum key_found found = KEY_WRONG;
    walk->progress.erased++;
    if (slot > 0 && !walk->journal->keys) {
        struct gone *item =
            arena_push(&walk->arena, &walk->gone.items, &walk->gone.count, &walk->gone.capacity, sizeof *item);
        *item = (struct gone){log->number, index};
        return true;
    }
    if (slot > 0 && !keys_hash(walk->journal->keys, slot, "gone", TEXT(""), &hash, &found, fault))
        return false;
    return found == KEY_ERASED ||
           walk_wrong(walk, log, index, "the payload of record %lld of log `%.*s` is gone, and was not erased", index,
                      TEXT_ARGS(log->name));
}

/* What is sealed is what the leaf's `contents` speaks of; of an erased case it is not known any more. */
static bool contents_check(struct walk *walk, const struct log *log, long long index, long long slot,
                           struct text payload, const struct leaf *leaf, struct fault *fault)
{
    struct unsealed unsealed;
    struct contents contents;
    struct json_error error;
    enum key_found found;
    struct seal_place place = {log->name, index, leaf->id};
    if (!unseal(&walk->scratch, walk->journal->keys, slot, &place, payload, &unsealed, &found, fault))
        return false;
    bool good = found == KEY_ERASED;
    if (found == KEY_FOUND) {
        const struct value *request = json_read(&walk->scratch, unsealed.content.request, &error);
        contents_init(&contents, &walk->scratch, &unsealed.content, request, unsealed.seed);
        good = leaf->has_contents && digest_equal(contents_root(&contents), leaf->contents);
        contents_finish(&contents);
        unsealed_finish(&unsealed);
    }
    return good || walk_wrong(walk, log, index,
                              "the payload of record %lld of log `%.*s` does not hold what its leaf speaks of", index,
                              TEXT_ARGS(log->name));
}

bool walk_payload(struct walk *walk, sqlite3_stmt *row, const struct log *log, long long index, const struct leaf *leaf,
                  struct fault *fault)
{
    struct text payload = walk_blob(row, PAYLOAD);
    long long slot = sqlite3_column_int64(row, SLOT);
    if (!payload.at)
        return gone_check(walk, log, index, slot, fault);
    if (!leaf->has_sealed || !digest_equal(digest_of(payload), leaf->sealed))
        return walk_wrong(walk, log, index, "the payload of record %lld of log `%.*s` is not the one of its leaf",
                          index, TEXT_ARGS(log->name));
    if (slot == KEYS_SLOT_NONE ? payload.at[0] != 0 : slot <= 0 || slot >= walk->journal->slot || payload.at[0] == 0)
        return walk_wrong(walk, log, index, "record %lld of log `%.*s` says another key than it was sealed under",
                          index, TEXT_ARGS(log->name));
    bool opens = walk->opens || (walk->journal->keys && sqlite3_column_int64(row, NUMBER) > walk->tally.filed);
    if (opens && !contents_check(walk, log, index, slot, payload, leaf, fault))
        return false;
    if (!walk->journal->keys && slot == KEYS_SLOT_NONE && text_is(leaf->kind, record_kind_names[RECORD_ERASURE]))
        return erasure_read(walk, log, index, payload, leaf, fault);
    return true;
}
