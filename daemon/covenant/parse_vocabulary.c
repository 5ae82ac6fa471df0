/* Roles, facts and events: the national ones, and a region's own. */
#include "covenant/parse.h"

static void check_name(struct reading *reading, const struct node *key)
{
    if (name_is_reserved(key->text))
        findings_add(reading->findings, SEVERITY_ERROR, "reserved_name", key->place, key->width,
                     "`%.*s` is a word of the conditions' own language", TEXT_ARGS(key->text));
}

static void add_role(struct reading *reading, struct vocabulary *vocabulary, const struct node *key, const struct node *map)
{
    if (vocabulary->roles_count == ROLES_MAX) {
        findings_add(reading->findings, SEVERITY_ERROR, "too_many", key->place, key->width, "more than %d roles", ROLES_MAX);
        return;
    }
    struct role *role = arena_push(reading->arena, &vocabulary->roles, &vocabulary->roles_count, &vocabulary->roles_capacity,
                                   sizeof *vocabulary->roles);
    *role = (struct role){key->text, read_says(map, "label")};
}

static void add_fact(struct reading *reading, struct vocabulary *vocabulary, const struct node *key, const struct node *map)
{
    check_name(reading, key);
    struct fact fact = {.name = key->text,
                        .label = read_says(map, "label"),
                        .ask = read_says(map, "ask"),
                        .stated_by = read_roles(reading, map, "stated_by"),
                        .sensitivity = read_is(map, "sensitivity", "special")    ? SENSITIVITY_SPECIAL
                                       : read_is(map, "sensitivity", "personal") ? SENSITIVITY_PERSONAL
                                                                                 : SENSITIVITY_ORDINARY,
                        .visible_to = read_roles(reading, map, "visible_to"),
                        .place = key->place};
    reading->broken |= !read_type(reading, map, &fact.type);
    struct fact *room = arena_push(reading->arena, &vocabulary->facts, &vocabulary->facts_count, &vocabulary->facts_capacity,
                                   sizeof *vocabulary->facts);
    *room = fact;
}

static void add_event(struct reading *reading, struct vocabulary *vocabulary, const struct node *key, const struct node *map)
{
    check_name(reading, key);
    const struct node *attributes = node_get(map, "attributes");
    struct event_type event = {.name = key->text,
                               .label = read_says(map, "label"),
                               .attributes_count = attributes ? attributes->count : 0,
                               .place = key->place};
    event.attributes = ARENA_ARRAY(reading->arena, event.attributes_count ? event.attributes_count : 1, struct attribute);
    for (size_t i = 0; i < event.attributes_count; i++) {
        const struct node *item = attributes->items[i];
        struct attribute *attribute = &event.attributes[i];
        *attribute = (struct attribute){.name = attributes->keys[i]->text,
                                        .optional = read_flag(item, "optional"),
                                        .label = read_says(item, "label")};
        check_name(reading, attributes->keys[i]);
        if (text_is(attribute->name, "event") || text_is(attribute->name, "at") || text_is(attribute->name, "ref"))
            findings_add(reading->findings, SEVERITY_ERROR, "reserved_name", attributes->keys[i]->place, attributes->keys[i]->width,
                         "every event has `%.*s` already", TEXT_ARGS(attribute->name));
        reading->broken |= !read_type(reading, item, &attribute->type);
    }
    struct event_type *room = arena_push(reading->arena, &vocabulary->events, &vocabulary->events_count,
                                         &vocabulary->events_capacity, sizeof *vocabulary->events);
    *room = event;
}

/* In `where` both are names: one of them would hide the other. */
static void check_attributes(struct reading *reading, const struct vocabulary *vocabulary, const struct node *events)
{
    for (size_t i = 0; events && i < events->count; i++) {
        const struct node *attributes = node_get(events->items[i], "attributes");
        for (size_t k = 0; attributes && k < attributes->count; k++)
            if (vocabulary_fact(vocabulary, attributes->keys[k]->text) != NOT_FOUND)
                findings_add(reading->findings, SEVERITY_ERROR, "name_conflict", attributes->keys[k]->place,
                             attributes->keys[k]->width, "attribute `%.*s` has the name of a fact",
                             TEXT_ARGS(attributes->keys[k]->text));
    }
}

void parse_vocabulary(struct reading *reading, const struct node *root, struct vocabulary *vocabulary)
{
    const struct node *roles = node_get(root, "roles"), *facts = node_get(root, "facts"), *events = node_get(root, "events");
    for (size_t i = 0; roles && i < roles->count; i++)
        add_role(reading, vocabulary, roles->keys[i], roles->items[i]);
    for (size_t i = 0; facts && i < facts->count; i++)
        add_fact(reading, vocabulary, facts->keys[i], facts->items[i]);
    for (size_t i = 0; events && i < events->count; i++)
        add_event(reading, vocabulary, events->keys[i], events->items[i]);
    check_attributes(reading, vocabulary, events);
}

/* ---- a region's own ---- */

static bool same_tree(const struct node *a, const struct node *b)
{
    if (a->kind != b->kind || a->count != b->count)
        return false;
    if (a->kind == NODE_SCALAR)
        return text_equal(a->text, b->text);
    for (size_t i = 0; i < a->count; i++) {
        if (a->kind == NODE_MAP && !text_equal(a->keys[i]->text, b->keys[i]->text))
            return false;
        if (!same_tree(a->items[i], b->items[i]))
            return false;
    }
    return true;
}

/* What an earlier version says of a name in `table`; NULL when none speaks of it. */
static const struct node *earlier(const struct node *const *roots, size_t count, const char *table, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        const struct node *item = node_get(node_get(roots[i], table), name);
        if (item)
            return item;
    }
    return NULL;
}

/* True when the name is new in the region: to be added. */
static bool is_new(struct reading *reading, const struct node *const *roots, size_t count, const char *table,
                   const struct node *key, const struct node *item, bool is_national)
{
    if (is_national) {
        findings_add(reading->findings, SEVERITY_ERROR, "name_conflict", key->place, key->width,
                     "`%.*s` is a national name: a region cannot change it", TEXT_ARGS(key->text));
        return false;
    }
    const struct node *before = earlier(roots, count, table, text_string(reading->arena, key->text));
    if (before && !same_tree(before, item))
        findings_add(reading->findings, SEVERITY_ERROR, "name_conflict", key->place, key->width,
                     "`%.*s` is something else in `%.*s`, line %zu: a name means the same in all versions of a region",
                     TEXT_ARGS(key->text), TEXT_ARGS(before->place.file->path), before->place.line);
    return !before;
}

static void copy_national(struct arena *arena, const struct vocabulary *national, struct vocabulary *vocabulary)
{
    *vocabulary = (struct vocabulary){.roles = national->roles, .roles_count = national->roles_count};
    for (size_t i = 0; i < national->facts_count; i++) {
        struct fact *room = arena_push(arena, &vocabulary->facts, &vocabulary->facts_count, &vocabulary->facts_capacity,
                                       sizeof *vocabulary->facts);
        *room = national->facts[i];
    }
    for (size_t i = 0; i < national->events_count; i++) {
        struct event_type *room = arena_push(arena, &vocabulary->events, &vocabulary->events_count,
                                             &vocabulary->events_capacity, sizeof *vocabulary->events);
        *room = national->events[i];
    }
}

void parse_own_vocabulary(struct reading *reading, const struct vocabulary *national, const struct node *const *roots, size_t count,
                          struct vocabulary *vocabulary)
{
    copy_national(reading->arena, national, vocabulary);
    for (size_t i = 0; i < count; i++) {
        const struct node *facts = node_get(roots[i], "facts"), *events = node_get(roots[i], "events");
        for (size_t k = 0; facts && k < facts->count; k++)
            if (is_new(reading, roots, i, "facts", facts->keys[k], facts->items[k],
                       vocabulary_fact(national, facts->keys[k]->text) != NOT_FOUND))
                add_fact(reading, vocabulary, facts->keys[k], facts->items[k]);
        for (size_t k = 0; events && k < events->count; k++)
            if (is_new(reading, roots, i, "events", events->keys[k], events->items[k],
                       vocabulary_event(national, events->keys[k]->text) != NOT_FOUND))
                add_event(reading, vocabulary, events->keys[k], events->items[k]);
    }
    for (size_t i = 0; i < count; i++)
        check_attributes(reading, vocabulary, node_get(roots[i], "events"));
}
