/* Derived names: first all of them with their types, then what computes them, since one may speak of another. */
#include "covenant/parse.h"

/* One entry of `derived`: where it stands. */
struct entry {
    const struct node *key, *map;
};

static enum derived_kind kind_of(const struct node *map)
{
    if (node_get(map, "count"))
        return DERIVED_COUNT;
    if (node_get(map, "first"))
        return DERIVED_FIRST;
    if (node_get(map, "last"))
        return DERIVED_LAST;
    return node_get(map, "lua") ? DERIVED_LUA : DERIVED_OF;
}

static const char *event_key(enum derived_kind kind)
{
    return kind == DERIVED_COUNT ? "count" : kind == DERIVED_FIRST ? "first" : "last";
}

static void check_name(struct reading *reading, const struct node *key)
{
    const struct vocabulary *vocabulary = reading->names->vocabulary;
    const char *taken = NULL;
    if (name_is_reserved(key->text))
        taken = "a word of the conditions' own language";
    else if (vocabulary_fact(vocabulary, key->text) != NOT_FOUND)
        taken = "the name of a fact";
    else if (names_symbol(reading->names, key->text))
        taken = "a derived name of every region";
    for (size_t i = 0; i < vocabulary->events_count && !taken; i++)
        if (event_attribute(&vocabulary->events[i], key->text) != NOT_FOUND)
            taken = "the name of an attribute";
    if (taken)
        findings_add(reading->findings, SEVERITY_ERROR, "name_conflict", key->place, key->width, "`%.*s` is already %s",
                     TEXT_ARGS(key->text), taken);
}

/* The event and the type; false when the type cannot be told. */
static bool declare(struct reading *reading, const struct node *map, struct derived *derived)
{
    derived->take = NOT_FOUND;
    derived->event = NOT_FOUND;
    switch (derived->kind) {
    case DERIVED_OF:
    case DERIVED_LUA:
        return read_type(reading, map, &derived->type);
    case DERIVED_COUNT:
        derived->type = (struct type){TYPE_INTEGER, NULL};
        derived->event = read_event(reading, node_get(map, "count"));
        return true;
    case DERIVED_FIRST:
    case DERIVED_LAST:
        break;
    }
    derived->type = (struct type){TYPE_DATE, NULL};
    derived->event = read_event(reading, node_get(map, event_key(derived->kind)));
    const struct node *take = node_get(map, "take");
    if (!take)
        return true;
    if (derived->event == NOT_FOUND)
        return false;
    const struct event_type *event = &reading->names->vocabulary->events[derived->event];
    struct text_list attributes = {0};
    for (size_t i = 0; i < event->attributes_count; i++)
        text_list_add(reading->arena, &attributes, event->attributes[i].name);
    derived->take = read_name_of(reading, take, &attributes, "attribute", "unknown_attribute");
    if (derived->take == NOT_FOUND)
        return false;
    derived->type = event->attributes[derived->take].type;
    return true;
}

static void read_arguments(struct reading *reading, const struct node *map, struct derived *derived)
{
    const struct node *list = node_get(map, "args");
    size_t count = list ? list->count : 0;
    struct argument *arguments = ARENA_ARRAY(reading->arena, count ? count : 1, struct argument);
    for (size_t i = 0; i < count; i++) {
        const struct node *item = list->items[i];
        struct argument *argument = &arguments[i];
        argument->literal = read_literal(item);
        argument->event = NOT_FOUND;
        argument->kind = ARGUMENT_LITERAL;
        if (item->quoted || argument->literal.kind != TYPE_TEXT)
            continue;
        argument->symbol = names_symbol(reading->names, item->text);
        argument->event = vocabulary_event(reading->names->vocabulary, item->text);
        argument->kind = argument->symbol ? ARGUMENT_SYMBOL : ARGUMENT_EVENT;
        if (argument->symbol || argument->event != NOT_FOUND)
            continue;
        struct text_list known = vocabulary_event_names(reading->arena, reading->names->vocabulary);
        for (size_t k = 0; k < reading->names->symbols_count; k++)
            text_list_add(reading->arena, &known, reading->names->symbols[k]->name);
        report_unknown(reading, "unknown_name", item, "name", &known);
    }
    derived->arguments = arguments;
    derived->arguments_count = count;
}

static void read_computation(struct reading *reading, const struct node *map, struct derived *derived)
{
    static const struct type boolean = {TYPE_BOOLEAN, NULL};
    if (derived->kind == DERIVED_OF)
        derived->of = read_expression(reading, reading->names, node_get(map, "of"), &derived->type, false);
    if (derived->kind == DERIVED_LUA) {
        derived->function = read_text(map, "lua");
        read_arguments(reading, map, derived);
    }
    if (derived->event != NOT_FOUND) {
        struct names *at = names_at(reading->names, &reading->names->vocabulary->events[derived->event]);
        derived->where = read_expression(reading, at, node_get(map, "where"), &boolean, false);
    }
    derived->since = read_anchor(reading, node_get(map, "since"), ANCHOR_MAY_BE_DATE);
    derived->has_within = read_days(reading, map, "within", &derived->within);
}

void parse_derived(struct reading *reading, const struct node *national, const struct node *root, struct covenant *covenant)
{
    const struct node *own = node_get(root, "derived");
    size_t of_all = national ? national->count : 0, count = of_all + (own ? own->count : 0);
    struct derived *derived = ARENA_ARRAY(reading->arena, count ? count : 1, struct derived);
    struct entry *entries = ARENA_ARRAY(reading->arena, count ? count : 1, struct entry);
    for (size_t i = 0; i < count; i++) {
        const struct node *from = i < of_all ? national : own;
        size_t at = i < of_all ? i : i - of_all;
        entries[i] = (struct entry){from->keys[at], from->items[at]};
        derived[i] = (struct derived){.name = entries[i].key->text, .kind = kind_of(entries[i].map), .place = entries[i].key->place};
        check_name(reading, entries[i].key);
        reading->broken |= !declare(reading, entries[i].map, &derived[i]);
        names_add(reading->names, derived[i].name, derived[i].type, i);
    }
    for (size_t i = 0; i < count; i++)
        read_computation(reading, entries[i].map, &derived[i]);
    covenant->derived = derived;
    covenant->derived_count = count;
}
