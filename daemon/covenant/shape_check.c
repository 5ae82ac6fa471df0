/* A file's tree against its table. See shape.h. */
#include "covenant/shape.h"

#include "base/date.h"
#include "base/limits.h"
#include "expression/type.h"

#include <stdio.h>
#include <string.h>

/* The maps around the one that is being checked: for keys that were indented too far. */
struct frame {
    struct frame *outer;
    const struct shape *shape;
    const struct node *node;
    unsigned long long given; /* bit i: key i was meant, though not written well; its absence is no second finding */
};

struct check {
    struct arena *arena;
    struct findings *findings;
    bool *broken;
};

static struct node *check_value(struct check *check, struct frame *outer, const struct shape_value *value, struct node *node,
                                struct text name);

struct text suggestion(struct arena *arena, struct text name, const struct text *candidates, size_t count)
{
    struct text nearest = text_nearest(name, candidates, count);
    return nearest.at ? text_format(arena, ", did you mean `%.*s`?", TEXT_ARGS(nearest)) : TEXT("");
}

/* ---- scalars ---- */

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool only_of(struct text text, const char *allowed)
{
    for (size_t i = 0; i < text.length; i++)
        if (!strchr(allowed, text.at[i]) || text.at[i] == '\0')
            return false;
    return true;
}

/* `0x1F`, `0o10`, `0b1`. */
static bool is_based_number(struct text text)
{
    if (text.length < 3 || text.at[0] != '0')
        return false;
    struct text rest = text_slice(text, 2, text.length);
    if (text.at[1] == 'x' || text.at[1] == 'X')
        return only_of(rest, "0123456789abcdefABCDEF_");
    if (text.at[1] == 'o' || text.at[1] == 'b')
        return only_of(rest, "01234567_");
    return false;
}

/* An optional sign, then digits with `_ . : ,` and an exponent among them: whatever some reader takes for a number or a time. */
static bool is_numeric(struct text text)
{
    if (text.length && (text.at[0] == '-' || text.at[0] == '+'))
        text = text_slice(text, 1, text.length);
    if (is_based_number(text))
        return true;
    if (text.length == 0 || !(is_digit(text.at[0]) || (text.at[0] == '.' && text.length > 1 && is_digit(text.at[1]))))
        return false;
    bool exponent = false;
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.at[i];
        if (is_digit(byte) || byte == '_' || byte == '.' || byte == ':')
            continue;
        bool sign = (byte == '-' || byte == '+') && i && (text.at[i - 1] == 'e' || text.at[i - 1] == 'E');
        if (!sign && (exponent || (byte != 'e' && byte != 'E') || i + 1 == text.length))
            return false;
        exponent = true;
    }
    return true;
}

bool scalar_is_ambiguous(struct text text)
{
    static const char *const words[] = {"~",    "null", "Null", "NULL", "true",  "True",  "TRUE", "false", "False", "FALSE",
                                        ".inf", ".Inf", ".INF", "-.inf", "+.inf", ".nan", ".NaN", ".NAN"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_is(text, words[i]))
            return true;
    return is_numeric(text);
}

static bool is_name(struct text text)
{
    if (text.length == 0 || text.length > ID_LENGTH_MAX || text.at[0] < 'a' || text.at[0] > 'z')
        return false;
    return only_of(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
}

static bool is_id(struct text text)
{
    if (text.length == 0 || text.length > ID_LENGTH_MAX || is_digit(text.at[0]) || text.at[0] == '_')
        return false;
    return only_of(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
}

static bool is_plain(const struct node *node)
{
    return !node->quoted && !node->block;
}

static bool is_blank_term(struct text text)
{
    return text_starts_with(text, "silent(") && text_ends_with(text, ")");
}

/* A decimal as money is written; a plain number. */
static bool is_plain_number(struct text text)
{
    long long number;
    return text_to_integer(text, &number) || (is_numeric(text) && money_parse(text, &number) && memchr(text.at, '.', text.length));
}

/* What is wrong with a scalar of this kind; absent when nothing is. `*code` gets the finding's code. */
static struct text scalar_fault(struct check *check, const struct shape_value *value, const struct node *node, const char **code)
{
    struct arena *arena = check->arena;
    struct text text = node->text;
    struct date date;
    struct term term;
    long long number;
    const char *expected = NULL;
    bool ambiguous = is_plain(node) && scalar_is_ambiguous(text);
    *code = "wrong_kind";
    switch (value->kind) {
    case SHAPE_TEXT:
    case SHAPE_SOURCE:
    case SHAPE_REFERENCE:
    case SHAPE_NAME:
    case SHAPE_ID:
    case SHAPE_CHOICE:
        if (ambiguous) {
            *code = "ambiguous_scalar";
            return text_format(arena, "`%.*s` stands where text is due and other readers take it for something else: put it between quotes",
                               TEXT_ARGS(text));
        }
        if (value->kind == SHAPE_NAME && !is_name(text)) {
            *code = "wrong_name";
            return text_format(arena, "`%.*s` is no name: expected lower-case letters, digits and `_`, a letter first", TEXT_ARGS(text));
        }
        if (value->kind == SHAPE_ID && !is_id(text)) {
            *code = "wrong_name";
            return text_format(arena, "`%.*s` is no id: expected letters, digits and `_`, a letter first, at most %d", TEXT_ARGS(text),
                               ID_LENGTH_MAX);
        }
        return (struct text){0};
    case SHAPE_DATE:
        *code = "wrong_date";
        return date_parse(text, &date)
                   ? (struct text){0}
                   : text_format(arena, "`%.*s` is no date: expected one as `2022-07-01`, between %d and %d", TEXT_ARGS(text),
                                 YEAR_MIN, YEAR_MAX);
    case SHAPE_TERM_OR_BLANK:
        if (is_blank_term(text))
            return (struct text){0};
        /* fall through */
    case SHAPE_TERM:
        *code = "wrong_term";
        return term_parse(text, &term, &expected)
                   ? (struct text){0}
                   : text_format(arena, "`%.*s` is no term: expected %s", TEXT_ARGS(text), expected);
    case SHAPE_BOOLEAN:
        if (is_plain(node) && (text_is(text, "true") || text_is(text, "false")))
            return (struct text){0};
        return text_format(arena, "`%.*s` stands where `true` or `false` is due%s", TEXT_ARGS(text),
                           is_plain(node) ? "" : ", without quotes");
    case SHAPE_INTEGER:
        if (is_plain(node) && text_to_integer(text, &number))
            return (struct text){0};
        return text_format(arena, "`%.*s` stands where a whole number is due%s", TEXT_ARGS(text),
                           is_plain(node) ? "" : ", without quotes");
    case SHAPE_LITERAL:
    case SHAPE_ARGUMENT:
    case SHAPE_ADVICE:
        if (!ambiguous || is_plain_number(text) || text_is(text, "true") || text_is(text, "false"))
            return (struct text){0};
        *code = "ambiguous_scalar";
        return text_format(arena, "`%.*s` can be read in more than one way: put it between quotes if it is a text", TEXT_ARGS(text));
    case SHAPE_CONDITION:
    case SHAPE_ANY:
        return (struct text){0};
    case SHAPE_MAP:
    case SHAPE_NAMED:
    case SHAPE_LIST:
    case SHAPE_ONE_OR_LIST:
        break;
    }
    return TEXT("a scalar");
}

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
    struct text fault = scalar_fault(check, value, node, &code);
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

static bool is_empty(const struct node *node)
{
    return node->kind == NODE_SCALAR && is_plain(node) && node->text.length == 0;
}

/* The map shape that stands in a value, if one does. */
static const struct shape *inner_shape(const struct shape_value *value)
{
    return value->kind == SHAPE_MAP ? value->map : NULL;
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

/* A key that the map does not have: what was meant? `before` is the member that stands before it, or NULL. */
static void unknown_key(struct check *check, struct frame *frame, const struct node *key, struct node *item, struct node *before_key,
                        bool before_empty)
{
    struct arena *arena = check->arena;
    const struct shape *shape = frame->shape;
    size_t before = before_key ? key_index(shape, before_key->text) : shape->keys_count;
    const struct shape *inside = before < shape->keys_count ? inner_shape(&shape->keys[before].value) : NULL;
    if (before_empty && inside && key_index(inside, key->text) < inside->keys_count) {
        findings_add(check->findings, SEVERITY_ERROR, "wrong_indentation", key->place, key->width,
                     "`%.*s` belongs inside `%.*s`: indent it further", TEXT_ARGS(key->text), TEXT_ARGS(before_key->text));
        return;
    }
    if (is_empty(item) && before_key && before_key->place.line == key->place.line) {
        findings_add(check->findings, SEVERITY_ERROR, "unquoted_comma", key->place, key->width,
                     "a comma ends a value inside braces: put the value of `%.*s` between quotes, or on a line of its own",
                     TEXT_ARGS(before_key->text));
        return;
    }
    for (struct frame *outer = frame->outer; outer; outer = outer->outer) {
        size_t at = key_index(outer->shape, key->text);
        if (at == outer->shape->keys_count || node_get(outer->node, outer->shape->keys[at].name))
            continue;
        findings_add(check->findings, SEVERITY_ERROR, "wrong_indentation", key->place, key->width,
                     "`%.*s` is no key of `%s` but of the `%s` around it: is it indented too far?", TEXT_ARGS(key->text), shape->name,
                     outer->shape->name);
        outer->given |= 1ULL << at;
        return;
    }
    struct text_list names = {0};
    for (size_t i = 0; i < shape->keys_count; i++)
        if (!node_get(frame->node, shape->keys[i].name))
            text_list_add(arena, &names, text_of(shape->keys[i].name));
    struct text nearest = text_nearest(key->text, names.items, names.count);
    if (nearest.at)
        frame->given |= 1ULL << key_index(shape, nearest);
    findings_add(check->findings, SEVERITY_ERROR, "unknown_key", key->place, key->width, "unknown key `%.*s` in `%s`%.*s",
                 TEXT_ARGS(key->text), shape->name, TEXT_ARGS(suggestion(arena, key->text, names.items, names.count)));
}

static unsigned bits_of(const struct frame *frame)
{
    unsigned bits = 0;
    for (size_t i = 0; i < frame->shape->keys_count; i++)
        if ((frame->given >> i & 1) || node_get(frame->node, frame->shape->keys[i].name))
            bits |= frame->shape->keys[i].is;
    return bits;
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
        if (several && !group->may_be_more)
            findings_add(check->findings, SEVERITY_ERROR, "excluding_keys", node->place, node->width, "`%s` may have only one of %.*s",
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

/* Is the member at `i` an empty one whose content was put beside it, or one that an unquoted comma cut off? */
static bool is_cut_off(const struct shape *shape, const struct node *node, size_t i, bool *beside)
{
    *beside = false;
    if (i + 1 >= node->count || key_index(shape, node->keys[i + 1]->text) < shape->keys_count)
        return false;
    size_t at = key_index(shape, node->keys[i]->text);
    if (at == shape->keys_count)
        return false;
    const struct shape *inside = inner_shape(&shape->keys[at].value);
    *beside = is_empty(node->items[i]) && inside && key_index(inside, node->keys[i + 1]->text) < inside->keys_count;
    return *beside || (is_empty(node->items[i + 1]) && node->keys[i + 1]->place.line == node->keys[i]->place.line);
}

static struct node *check_map(struct check *check, struct frame *outer, const struct shape *shape, struct node *node)
{
    struct frame frame = {outer, shape, node, 0};
    struct node *clean = copy_empty(check->arena, node);
    for (size_t i = 0; i < node->count; i++) {
        struct node *key = node->keys[i], *item = node->items[i];
        size_t at = key_index(shape, key->text);
        if (at == shape->keys_count) {
            struct node *before = i ? node->keys[i - 1] : NULL;
            unknown_key(check, &frame, key, item, before, before && is_empty(node->items[i - 1]));
            /* What follows from the same comma or the same indentation is the same mistake. */
            while (i + 1 < node->count && key_index(shape, node->keys[i + 1]->text) == shape->keys_count &&
                   (is_empty(item) ? is_empty(node->items[i + 1]) : before && is_empty(node->items[i - 1])))
                i++;
            continue;
        }
        bool beside;
        if (is_cut_off(shape, node, i, &beside))
            continue;
        item = check_value(check, &frame, &shape->keys[at].value, item, key->text);
        if (item)
            keep(check->arena, clean, key, item);
        else
            *check->broken |= strcmp(shape->keys[at].name, "id") == 0 || strcmp(shape->keys[at].name, "type") == 0 ||
                              strcmp(shape->keys[at].name, "one_of") == 0;
    }
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
    bool empty = is_empty(node);
    findings_add(check->findings, SEVERITY_ERROR, empty ? "empty_value" : "wrong_kind", node->place, node->width,
                 empty ? "`%.*s` has no value%.0s, expected %s%.*s" : "`%.*s` is %s, expected %s%.*s", TEXT_ARGS(name), found[node->kind],
                 kind_expected(value->kind), TEXT_ARGS(buffer_text(&keys)));
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
