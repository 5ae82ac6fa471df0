/* A file's tree against its table. See shape.h. */
#include "covenant/shape_scalar.h"

#include <string.h>

/* The maps around the one that is being checked: for keys that were indented too far. */
struct frame {
    struct frame *outer;
    const struct shape *shape;
    const struct node *node;
    unsigned long long given; /* bit i: key i was meant, though not written well; its absence is no second finding */
    bool confused;            /* a key is nothing that we know: what is missing may well be that */
};

struct check {
    struct arena *arena;
    struct findings *findings;
    bool *broken;
};

static struct node *check_value(struct check *check, struct frame *outer, const struct shape_value *value, struct node *node,
                                struct text name);

/* ---- scalars ---- */

static struct node *check_choice(struct check *check, const struct shape_value *value, struct node *node)
{
    struct text_list choices = {0};
    struct buffer all;
    buffer_init(&all, check->arena);
    for (size_t i = 0; value->choices[i]; i++) {
        if (text_is(node->text, value->choices[i]))
            return node;
        text_list_add(check->arena, &choices, text_of(value->choices[i]));
        buffer_format(&all, "%s`%s`", i == 0 ? "" : value->choices[i + 1] ? ", " : " or ", value->choices[i]);
    }
    struct text nearest = suggestion(check->arena, node->text, choices.items, choices.count);
    findings_add(check->findings, SEVERITY_ERROR, "unknown_choice", node->place, node->width, "`%.*s` stands where %.*s is due%.*s",
                 TEXT_ARGS(node->text), TEXT_ARGS(buffer_text(&all)), TEXT_ARGS(nearest));
    return NULL;
}

static struct node *check_scalar(struct check *check, const struct shape_value *value, struct node *node, struct text name)
{
    if (node->text.length == 0) {
        findings_add(check->findings, SEVERITY_ERROR, "empty_value", node->place, node->width, "`%.*s` has no value", TEXT_ARGS(name));
        return NULL;
    }
    const char *code;
    struct text fault = scalar_fault(check->arena, value->kind, node, &code);
    if (fault.at) {
        findings_add(check->findings, SEVERITY_ERROR, code, node->place, node->width, "%.*s", TEXT_ARGS(fault));
        return NULL;
    }
    return value->kind == SHAPE_CHOICE ? check_choice(check, value, node) : node;
}

/* ---- maps ---- */

static size_t key_index(const struct shape *shape, struct text name)
{
    for (size_t i = 0; i < shape->keys_count; i++)
        if (text_is(name, shape->keys[i].name))
            return i;
    return shape->keys_count;
}

static struct text key_names(struct arena *arena, const struct shape *shape, unsigned bits)
{
    struct buffer buffer;
    buffer_init(&buffer, arena);
    for (size_t i = 0; i < shape->keys_count; i++)
        if (shape->keys[i].is & bits)
            buffer_format(&buffer, "%s`%s`", buffer.length ? " or " : "", shape->keys[i].name);
    return buffer_text(&buffer);
}

/*
 * A key that the map does not have: what was meant? The index of the key that it most likely is; it counts as given, so
 * that its absence is no second finding.
 */
static size_t unknown_key(struct check *check, struct frame *frame, const struct node *key)
{
    const struct shape *shape = frame->shape;
    for (struct frame *outer = frame->outer; outer; outer = outer->outer) {
        size_t at = key_index(outer->shape, key->text);
        if (at == outer->shape->keys_count || node_get(outer->node, outer->shape->keys[at].name))
            continue;
        findings_add(check->findings, SEVERITY_ERROR, "wrong_indentation", key->place, key->width,
                     "`%.*s` is no key of `%s` but of the `%s` around it: is it indented too far?", TEXT_ARGS(key->text), shape->name,
                     outer->shape->name);
        outer->given |= 1ULL << at;
        return shape->keys_count;
    }
    struct text_list names = {0};
    for (size_t i = 0; i < shape->keys_count; i++)
        if (!node_get(frame->node, shape->keys[i].name))
            text_list_add(check->arena, &names, text_of(shape->keys[i].name));
    struct text nearest = text_nearest(key->text, names.items, names.count);
    size_t meant = nearest.at ? key_index(shape, nearest) : shape->keys_count;
    if (nearest.at)
        frame->given |= 1ULL << meant;
    else
        frame->confused = true;
    findings_add(check->findings, SEVERITY_ERROR, "unknown_key", key->place, key->width, "unknown key `%.*s` in `%s`%.*s",
                 TEXT_ARGS(key->text), shape->name, TEXT_ARGS(suggestion(check->arena, key->text, names.items, names.count)));
    return meant;
}

static unsigned bits_of(const struct frame *frame)
{
    unsigned bits = 0;
    for (size_t i = 0; i < frame->shape->keys_count; i++)
        if ((frame->given >> i & 1) || node_get(frame->node, frame->shape->keys[i].name))
            bits |= frame->shape->keys[i].is;
    return bits;
}

/* The last key in the map that is one of `bits`. */
static const struct node *last_of(const struct shape *shape, const struct node *node, unsigned bits)
{
    for (size_t i = node->count; i-- > 0;) {
        size_t at = key_index(shape, node->keys[i]->text);
        if (at < shape->keys_count && (shape->keys[at].is & bits))
            return node->keys[i];
    }
    return NULL;
}

/* Which of a group's keys are there; and keys that stand beside the wrong one. */
static void check_groups(struct check *check, const struct frame *frame, const struct node *node)
{
    const struct shape *shape = frame->shape;
    unsigned bits = bits_of(frame);
    for (size_t g = 0; g < SHAPE_GROUPS_MAX && shape->groups[g].bits; g++) {
        const struct shape_group *group = &shape->groups[g];
        unsigned there = bits & group->bits;
        bool due = !group->with || (bits & group->with);
        if (due && !there && !group->may_be_none)
            findings_add(check->findings, SEVERITY_ERROR, "missing_key", node->place, node->width, "`%s` lacks %.*s", shape->name,
                         TEXT_ARGS(key_names(check->arena, shape, group->bits)));
        bool several = there & (there - 1);
        const struct node *last = several && !group->may_be_more ? last_of(shape, node, there) : NULL;
        if (last)
            findings_add(check->findings, SEVERITY_ERROR, "excluding_keys", last->place, last->width, "`%s` may have only one of %.*s",
                         shape->name, TEXT_ARGS(key_names(check->arena, shape, there)));
    }
    for (size_t i = 0; i < shape->keys_count; i++) {
        const struct shape_key *key = &shape->keys[i];
        unsigned with = key->with;
        for (size_t g = 0; g < SHAPE_GROUPS_MAX; g++)
            if (key->is & shape->groups[g].bits)
                with |= shape->groups[g].with;
        const struct node *there = node_key(node, key->name);
        if (there && with && !(bits & with))
            findings_add(check->findings, SEVERITY_ERROR, "excluding_keys", there->place, there->width, "`%s` stands only beside %.*s",
                         key->name, TEXT_ARGS(key_names(check->arena, shape, with)));
        else if (!there && key->required && (!with || (bits & with)) && !(frame->given >> i & 1)) {
            findings_add(check->findings, SEVERITY_ERROR, "missing_key", node->place, node->width, "`%s` lacks `%s`", shape->name, key->name);
            *check->broken |= strcmp(key->name, "id") == 0;
        }
    }
}

static void keep(struct arena *arena, struct node *map, struct node *key, struct node *item)
{
    struct node **key_room = arena_push(arena, &map->keys, &map->count, &map->keys_capacity, sizeof *map->keys);
    *key_room = key;
    map->count--;
    struct node **room = arena_push(arena, &map->items, &map->count, &map->capacity, sizeof *map->items);
    *room = item;
}

static struct node *copy_empty(struct arena *arena, const struct node *node)
{
    struct node *copy = ARENA_NEW(arena, struct node);
    *copy = *node;
    copy->items = copy->keys = NULL;
    copy->count = copy->capacity = copy->keys_capacity = 0;
    return copy;
}

/* Does a value hold names that others refer to? */
static bool holds_names(const struct shape_key *key)
{
    enum shape_kind kind = key->value.kind;
    return kind == SHAPE_MAP || kind == SHAPE_NAMED || kind == SHAPE_LIST || strcmp(key->name, "id") == 0 ||
           strcmp(key->name, "type") == 0 || strcmp(key->name, "one_of") == 0 || kind == SHAPE_NAME;
}

static struct node *check_map(struct check *check, struct frame *outer, const struct shape *shape, struct node *node)
{
    struct frame frame = {outer, shape, node, 0, false};
    struct node *clean = copy_empty(check->arena, node);
    for (size_t i = 0; i < node->count; i++) {
        struct node *key = node->keys[i], *item = NULL;
        size_t at = key_index(shape, key->text);
        if (at < shape->keys_count) {
            item = check_value(check, &frame, &shape->keys[at].value, node->items[i], key->text);
        } else {
            at = unknown_key(check, &frame, key);
            if (at == shape->keys_count)
                continue;
            struct node *meant = ARENA_NEW(check->arena, struct node);
            *meant = *key;
            meant->text = text_of(shape->keys[at].name);
            key = meant;
        }
        *check->broken |= !item && holds_names(&shape->keys[at]);
        keep(check->arena, clean, key, item);
    }
    if (!frame.confused)
        check_groups(check, &frame, node);
    return clean;
}

static struct node *check_named(struct check *check, struct frame *outer, const struct shape_value *value, struct node *node)
{
    static const struct shape_value name = {.kind = SHAPE_NAME};
    struct node *clean = copy_empty(check->arena, node);
    for (size_t i = 0; i < node->count; i++) {
        struct node *key = check_scalar(check, &name, node->keys[i], node->keys[i]->text);
        struct node *item = key ? check_value(check, outer, value->item, node->items[i], key->text) : NULL;
        if (item)
            keep(check->arena, clean, key, item);
        else
            *check->broken = true;
    }
    return clean;
}

static struct node *check_list(struct check *check, struct frame *outer, const struct shape_value *value, struct node *node,
                               struct text name)
{
    struct node *clean = copy_empty(check->arena, node);
    for (size_t i = 0; i < node->count; i++) {
        struct node *item = check_value(check, outer, value->item, node->items[i], name);
        if (item) {
            struct node **room = arena_push(check->arena, &clean->items, &clean->count, &clean->capacity, sizeof *clean->items);
            *room = item;
        } else {
            *check->broken = true;
        }
    }
    return clean;
}

/* ---- values ---- */

static const char *kind_expected(enum shape_kind kind)
{
    switch (kind) {
    case SHAPE_MAP:
    case SHAPE_NAMED:
        return "a map";
    case SHAPE_LIST:
        return "a list";
    case SHAPE_CONDITION:
        return "a condition";
    case SHAPE_DATE:
        return "a date";
    case SHAPE_TERM:
    case SHAPE_TERM_OR_BLANK:
        return "a term";
    case SHAPE_BOOLEAN:
        return "`true` or `false`";
    case SHAPE_INTEGER:
        return "a whole number";
    case SHAPE_ONE_OR_LIST:
        return "a name or a list of names";
    case SHAPE_SOURCE:
        return "a key of `sources` or {is, at}";
    case SHAPE_ADVICE:
        return "a literal or {fact: name}";
    case SHAPE_LITERAL:
    case SHAPE_ARGUMENT:
        return "a literal";
    case SHAPE_NAME:
    case SHAPE_REFERENCE:
    case SHAPE_ID:
        return "a name";
    case SHAPE_ANY:
    case SHAPE_TEXT:
    case SHAPE_CHOICE:
        break;
    }
    return "text";
}

static struct node *wrong_kind(struct check *check, const struct shape_value *value, const struct node *node, struct text name)
{
    static const char *const found[] = {"a single value", "a list", "a map"};
    struct buffer keys;
    buffer_init(&keys, check->arena);
    for (size_t i = 0; value->kind == SHAPE_MAP && i < value->map->keys_count; i++)
        if (value->map->keys[i].required)
            buffer_format(&keys, "%s%s", keys.length ? ", " : " with the keys ", value->map->keys[i].name);
    findings_add(check->findings, SEVERITY_ERROR, "wrong_kind", node->place, node->width, "`%.*s` is %s, expected %s%.*s", TEXT_ARGS(name),
                 found[node->kind], kind_expected(value->kind), TEXT_ARGS(buffer_text(&keys)));
    return NULL;
}

static struct node *check_few(struct check *check, const struct shape_value *value, struct node *node, struct text name)
{
    if (node && node->count < value->items_min) {
        findings_add(check->findings, SEVERITY_ERROR, "empty_list", node->place, node->width, "`%.*s` is empty, expected at least one",
                     TEXT_ARGS(name));
        return NULL;
    }
    return node;
}

static struct node *check_value(struct check *check, struct frame *outer, const struct shape_value *value, struct node *node,
                                struct text name)
{
    static const struct shape_key fact_key[] = {
        {.name = "fact", .value = {.kind = SHAPE_REFERENCE}, .required = true, .description = "Takes this fact's value."}};
    static const struct shape from_fact = {.name = "advised", .description = "A fact's value.", .keys = fact_key, .keys_count = 1};
    switch (value->kind) {
    case SHAPE_ANY:
        return node;
    case SHAPE_MAP:
        return node->kind == NODE_MAP ? check_map(check, outer, value->map, node) : wrong_kind(check, value, node, name);
    case SHAPE_NAMED:
        if (node->kind != NODE_MAP)
            return wrong_kind(check, value, node, name);
        return check_few(check, value, check_named(check, outer, value, node), name);
    case SHAPE_ONE_OR_LIST:
        if (node->kind != NODE_LIST)
            return check_value(check, outer, value->item, node, name);
        return check_few(check, value, check_list(check, outer, value, node, name), name);
    case SHAPE_LIST:
        if (node->kind != NODE_LIST)
            return wrong_kind(check, value, node, name);
        return node->count < value->items_min ? check_few(check, value, node, name) : check_list(check, outer, value, node, name);
    case SHAPE_SOURCE:
        if (node->kind == NODE_MAP)
            return check_map(check, outer, &shape_source_reference, node);
        break;
    case SHAPE_ADVICE:
        if (node->kind == NODE_MAP)
            return check_map(check, outer, &from_fact, node);
        break;
    case SHAPE_TEXT:
    case SHAPE_NAME:
    case SHAPE_REFERENCE:
    case SHAPE_ID:
    case SHAPE_CONDITION:
    case SHAPE_DATE:
    case SHAPE_TERM:
    case SHAPE_TERM_OR_BLANK:
    case SHAPE_BOOLEAN:
    case SHAPE_INTEGER:
    case SHAPE_LITERAL:
    case SHAPE_ARGUMENT:
    case SHAPE_CHOICE:
        break;
    }
    return node->kind == NODE_SCALAR ? check_scalar(check, value, node, name) : wrong_kind(check, value, node, name);
}

struct node *shape_check(struct arena *arena, const struct shape *shape, struct node *root, struct findings *findings, bool *broken)
{
    struct check check = {arena, findings, broken};
    const struct shape_value whole = {.kind = SHAPE_MAP, .map = shape};
    return check_value(&check, NULL, &whole, root, text_of(shape->name));
}
