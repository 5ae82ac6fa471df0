/* Scalars and references: what every section reads. */
#include "covenant/parse.h"

#include <string.h>

bool read_is(const struct node *map, const char *key, const char *choice)
{
    const struct node *node = node_get(map, key);
    return node && text_is(node->text, choice);
}

bool read_flag(const struct node *map, const char *key)
{
    return read_is(map, key, "true");
}

struct text read_text(const struct node *map, const char *key)
{
    const struct node *node = node_get(map, key);
    return node ? node->text : (struct text){0};
}

struct says read_says(const struct node *map, const char *key)
{
    const struct node *node = node_get(map, key);
    return (struct says){read_text(node, "nl"), read_text(node, "en")};
}

bool read_date(const struct node *map, const char *key, struct date *date)
{
    const struct node *node = node_get(map, key);
    return node && date_parse(node->text, date);
}

bool read_term(const struct node *map, const char *key, struct term *term)
{
    const struct node *node = node_get(map, key);
    const char *expected;
    return node && term_parse(node->text, term, &expected);
}

bool read_days(struct reading *reading, const struct node *map, const char *key, struct term *term)
{
    if (!read_term(map, key, term))
        return false;
    const struct node *node = node_get(map, key);
    if (term->unit == UNIT_HOURS)
        findings_add(reading->findings, SEVERITY_ERROR, "wrong_term", node->place, node->width,
                     "`%.*s` is in hours, expected days or longer: `%s` counts whole days", TEXT_ARGS(node->text), key);
    return true;
}

bool read_integer(const struct node *map, const char *key, long long *value)
{
    const struct node *node = node_get(map, key);
    return node && text_to_integer(node->text, value);
}

struct term_or_blank read_term_or_blank(struct reading *reading, const struct node *map, const char *key)
{
    struct term_or_blank result = {.blank = NOT_FOUND};
    struct node *node = node_get(map, key);
    if (!node)
        return result;
    result.has = true;
    if (read_term(map, key, &result.term))
        return result;
    /* `silent(O1)`: the shape check saw to its form. */
    struct node id = *node;
    id.text = text_trim(text_slice(node->text, 7, node->text.length - 1));
    id.place = place_after(node->place, 7);
    id.width = id.text.length;
    result.blank = read_name_of(reading, &id, &reading->names->blanks, "blank", "unknown_blank");
    return result;
}

enum regime read_regime(const struct node *map)
{
    if (read_is(map, "calendar", "next_working_day"))
        return REGIME_NEXT_WORKING_DAY;
    return read_is(map, "calendar", "statutory") ? REGIME_STATUTORY : REGIME_AS_WRITTEN;
}

struct scalar read_literal(const struct node *node)
{
    long long number;
    if (!node->quoted && !node->block) {
        if (text_is(node->text, "true") || text_is(node->text, "false"))
            return (struct scalar){TYPE_BOOLEAN, {.boolean = text_is(node->text, "true")}};
        if (text_to_integer(node->text, &number))
            return (struct scalar){TYPE_INTEGER, {.number = number}};
        if (money_parse(node->text, &number))
            return (struct scalar){TYPE_MONEY, {.number = number}};
    }
    return (struct scalar){TYPE_TEXT, {.text = node->text}};
}

bool read_type(struct reading *reading, const struct node *map, struct type *type)
{
    *type = (struct type){TYPE_BOOLEAN, NULL};
    const struct node *kind = node_get(map, "type"), *choices = node_get(map, "one_of");
    if (!choices)
        return kind && type_from_name(kind->text, &type->kind);
    struct text_list *list = ARENA_NEW(reading->arena, struct text_list);
    for (size_t i = 0; i < choices->count; i++) {
        const struct node *choice = choices->items[i];
        if (text_list_has(list, choice->text))
            findings_add(reading->findings, SEVERITY_ERROR, "duplicate_name", choice->place, choice->width,
                         "`%.*s` stands here twice", TEXT_ARGS(choice->text));
        text_list_add(reading->arena, list, choice->text);
    }
    *type = (struct type){TYPE_TEXT, list};
    return true;
}

/* Was the same name missed in this file before? Then that finding tells this line too. */
static bool told_before(struct reading *reading, const char *code, const struct node *node)
{
    struct unknown_names *unknown = reading->unknown;
    for (size_t i = 0; i < unknown->count; i++) {
        struct unknown_name *before = &unknown->items[i];
        if (before->file != node->place.file || strcmp(before->code, code) != 0 || !text_equal(before->name, node->text))
            continue;
        for (size_t k = 0; k < before->lines_count; k++)
            if (before->lines[k] == node->place.line)
                return true;
        if (before->lines_count == sizeof before->lines / sizeof *before->lines)
            return true;
        struct finding *finding = &reading->findings->items[before->finding];
        finding->message = text_format(reading->findings->arena, "%.*s%s %zu", TEXT_ARGS(finding->message),
                                       before->lines_count == 1 ? "; also in line" : ",", node->place.line);
        before->lines[before->lines_count++] = node->place.line;
        return true;
    }
    return false;
}

static void remember(struct reading *reading, const char *code, const struct node *node, size_t finding)
{
    struct unknown_names *unknown = reading->unknown;
    struct unknown_name *room =
        arena_push(reading->arena, &unknown->items, &unknown->count, &unknown->capacity, sizeof *unknown->items);
    *room = (struct unknown_name){node->place.file, code, node->text, finding, {node->place.line}, 1};
}

void report_unknown(struct reading *reading, const char *code, const struct node *node, const char *what,
                    const struct text_list *known)
{
    if (reading->broken || told_before(reading, code, node))
        return;
    struct text nearest = suggestion(reading->arena, node->text, known->items, known->count);
    size_t count = reading->findings->count;
    findings_add(reading->findings, SEVERITY_ERROR, code, node->place, node->width, "unknown %s `%.*s`%.*s", what,
                 TEXT_ARGS(node->text), TEXT_ARGS(nearest));
    if (reading->findings->count > count)
        remember(reading, code, node, count);
}

size_t read_name_of(struct reading *reading, const struct node *node, const struct text_list *names, const char *what,
                    const char *code)
{
    if (!node)
        return NOT_FOUND;
    size_t index = names_index(names, node->text);
    if (index == NOT_FOUND)
        report_unknown(reading, code, node, what, names);
    return index;
}

size_t read_role(struct reading *reading, const struct node *node)
{
    struct text_list names = vocabulary_role_names(reading->arena, reading->names->vocabulary);
    return read_name_of(reading, node, &names, "role", "unknown_role");
}

size_t read_event(struct reading *reading, const struct node *node)
{
    struct text_list names = vocabulary_event_names(reading->arena, reading->names->vocabulary);
    return read_name_of(reading, node, &names, "event", "unknown_event");
}

const struct node *const *read_some(struct arena *arena, const struct node *node, size_t *count)
{
    *count = node ? node->kind == NODE_LIST ? node->count : 1 : 0;
    const struct node **some = ARENA_ARRAY(arena, *count ? *count : 1, const struct node *);
    for (size_t i = 0; i < *count; i++)
        some[i] = node->kind == NODE_LIST ? node->items[i] : node;
    return some;
}

struct role_set read_roles(struct reading *reading, const struct node *map, const char *key)
{
    struct role_set set = {0};
    size_t count;
    const struct node *const *some = read_some(reading->arena, node_get(map, key), &count);
    for (size_t i = 0; i < count; i++) {
        size_t role = read_role(reading, some[i]);
        if (role < ROLES_MAX)
            set.bits |= UINT32_C(1) << role;
    }
    return set;
}
