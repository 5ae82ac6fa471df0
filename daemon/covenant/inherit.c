/*
 * `based_on`: what a version takes from another, at the level of trees, so that a finding keeps the place where the
 * text stands. A section that is not written is the base's, whole; tables of names are the base's, with what is
 * written here added or put in its place.
 */
#include "covenant/parse.h"


enum inheritance { OWN_ONLY, WHOLE, BY_NAME };

/* Keys that are not here are not inherited: they say which version it is. */
static const struct {
    const char *key;
    enum inheritance how;
} inherited[] = {
    {"parties", WHOLE},   {"include", WHOLE},   {"functions", WHOLE}, {"sources", BY_NAME},     {"facts", BY_NAME},
    {"events", BY_NAME},  {"derived", BY_NAME}, {"eligibility", WHOLE}, {"support", WHOLE},     {"deadlines", WHOLE},
    {"contracts", WHOLE}, {"nuisance", WHOLE},  {"housing", WHOLE},     {"journey", WHOLE},     {"silent", WHOLE},
    {"guarantees", WHOLE},
};

static enum inheritance inheritance_of(struct text key)
{
    for (size_t i = 0; i < sizeof inherited / sizeof *inherited; i++)
        if (text_is(key, inherited[i].key))
            return inherited[i].how;
    return OWN_ONLY;
}

static size_t member(const struct node *map, struct text key)
{
    for (size_t i = 0; i < map->count; i++)
        if (text_equal(map->keys[i]->text, key))
            return i;
    return NOT_FOUND;
}

static void put(struct arena *arena, struct node *map, struct node *key, struct node *item)
{
    struct node **key_room = arena_push(arena, &map->keys, &map->count, &map->keys_capacity, sizeof *map->keys);
    *key_room = key;
    map->count--; /* keys and items grow together */
    struct node **room = arena_push(arena, &map->items, &map->count, &map->capacity, sizeof *map->items);
    *room = item;
}

static struct node *merge(struct arena *arena, const struct node *base, const struct node *own, bool whole_file)
{
    struct node *merged = ARENA_NEW(arena, struct node);
    *merged = *own;
    merged->items = merged->keys = NULL;
    merged->count = merged->capacity = merged->keys_capacity = 0;
    for (size_t i = 0; i < base->count; i++) {
        size_t at = member(own, base->keys[i]->text);
        enum inheritance how = whole_file ? inheritance_of(base->keys[i]->text) : WHOLE;
        if (at == NOT_FOUND && how != OWN_ONLY)
            put(arena, merged, base->keys[i], base->items[i]);
        else if (at != NOT_FOUND)
            put(arena, merged, own->keys[at],
                how == BY_NAME && base->items[i] && own->items[at] ? merge(arena, base->items[i], own->items[at], false) : own->items[at]);
    }
    for (size_t i = 0; i < own->count; i++)
        if (member(base, own->keys[i]->text) == NOT_FOUND)
            put(arena, merged, own->keys[i], own->items[i]);
    return merged;
}

/* What is included by law stays included. */
static void check_include(const struct version_file *version, struct findings *findings)
{
    const struct node *own = node_get(version->root, "include"), *base = node_get(version->base->merged, "include");
    for (size_t i = 0; own && base && i < base->count; i++) {
        bool kept = false;
        for (size_t k = 0; k < own->count; k++)
            kept |= text_equal(own->items[k]->text, base->items[i]->text);
        const struct node *key = node_key(version->root, "include");
        if (!kept)
            findings_add(findings, SEVERITY_ERROR, "drops_law", key->place, key->width,
                         "`include` drops `%.*s`, which version `%.*s` includes: what is included by law stays", TEXT_ARGS(base->items[i]->text),
                         TEXT_ARGS(version->base->version));
    }
}

static struct version_file *find_base(struct arena *arena, struct version_file *version, struct version_file *versions,
                                      size_t count, struct findings *findings)
{
    const struct node *based_on = node_get(version->root, "based_on");
    if (!based_on)
        return NULL;
    struct text_list known = {0};
    for (size_t i = 0; i < count; i++) {
        if (text_equal(versions[i].version, based_on->text))
            return &versions[i];
        text_list_add(arena, &known, versions[i].version);
    }
    version->broken = true;
    findings_add(findings, SEVERITY_ERROR, "unknown_version", based_on->place, based_on->width, "there is no version `%.*s` of `%.*s`%.*s",
                 TEXT_ARGS(based_on->text), TEXT_ARGS(version->region),
                 TEXT_ARGS(suggestion(arena, based_on->text, known.items, known.count)));
    return NULL;
}

static void inherit_one(struct arena *arena, struct version_file *version, struct version_file *versions, size_t count,
                        struct findings *findings)
{
    if (version->base_state == BASE_FOUND || !version->root)
        return;
    version->base_state = BASE_SOUGHT;
    version->merged = version->root;
    struct version_file *base = find_base(arena, version, versions, count, findings);
    if (base && base->base_state == BASE_SOUGHT) {
        const struct node *based_on = node_get(version->root, "based_on");
        findings_add(findings, SEVERITY_ERROR, "circle", based_on->place, based_on->width,
                     "version `%.*s` is based on `%.*s`, which is based on it", TEXT_ARGS(version->version), TEXT_ARGS(base->version));
        version->broken = true;
        base = NULL;
    }
    if (base)
        inherit_one(arena, base, versions, count, findings);
    version->base_state = BASE_FOUND;
    if (!base)
        return;
    version->broken |= base->broken || !base->merged;
    if (!base->merged)
        return;
    version->base = base;
    version->merged = merge(arena, base->merged, version->root, true);
    check_include(version, findings);
}

void inherit(struct arena *arena, struct version_file *versions, size_t count, struct findings *findings)
{
    for (size_t i = 0; i < count; i++)
        inherit_one(arena, &versions[i], versions, count, findings);
}
