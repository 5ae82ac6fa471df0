#include "engine/example.h"

#include "engine/decide.h"

#include "covenant/yaml.h"

#include <string.h>

/* One example being run. */
struct run {
    struct arena *arena;
    const struct rules *rules;
    struct findings *findings;
    const struct value *decision; /* of the date at hand */
};

/* ---- YAML to JSON ---- */

/* A plain scalar as JSON would write it: true, false, a number; everything else, and all that is quoted, is text. */
static struct value *scalar_of(struct arena *arena, const struct node *node)
{
    long long integer, cents;
    struct value *value = value_text(arena, node->text);
    if (node->quoted || node->block)
        return value;
    if (text_is(node->text, "true") || text_is(node->text, "false"))
        return value_boolean(arena, text_is(node->text, "true"));
    if (text_to_integer(node->text, &integer)) {
        value->kind = VALUE_INTEGER;
        value->integer = integer;
    } else if (money_parse(node->text, &cents)) {
        value->kind = VALUE_DECIMAL;
    }
    return value;
}

static struct value *value_of(struct arena *arena, const struct node *node)
{
    struct value *value = NULL;
    switch (node->kind) {
    case NODE_SCALAR:
        return scalar_of(arena, node);
    case NODE_LIST:
        value = value_list(arena);
        for (size_t i = 0; i < node->count; i++)
            value_append(arena, value, value_of(arena, node->items[i]));
        return value;
    case NODE_MAP:
        value = value_object(arena);
        for (size_t i = 0; i < node->count; i++)
            value_set_text(arena, value, node->keys[i]->text, value_of(arena, node->items[i]));
        return value;
    }
    return value;
}

/* The node that a JSON Pointer into the case leads to; the last one that is there. */
static const struct node *node_at(const struct node *node, struct text pointer)
{
    size_t at = 0;
    while (at < pointer.length && node->kind != NODE_SCALAR) {
        size_t end = at + 1;
        while (end < pointer.length && pointer.at[end] != '/')
            end++;
        struct text name = text_slice(pointer, at + 1, end);
        const struct node *next = NULL;
        long long index;
        for (size_t i = 0; node->kind == NODE_MAP && i < node->count; i++)
            if (text_equal(node->keys[i]->text, name))
                next = node->items[i];
        if (node->kind == NODE_LIST && text_to_integer(name, &index) && index >= 0 && (size_t)index < node->count)
            next = node->items[index];
        if (!next)
            break;
        node = next;
        at = end;
    }
    return node;
}

/* ---- comparing ---- */

static void compare(struct run *run, const struct node *expected, const struct value *found);

/* How a message shows what was decided: short, or what kind of thing it is. */
static struct text shown(struct arena *arena, const struct value *value)
{
    if (!value)
        return TEXT("nothing");
    switch (value->kind) {
    case VALUE_TEXT:
        return text_format(arena, "`%.*s`", TEXT_ARGS(value->text));
    case VALUE_BOOLEAN:
        return value->boolean ? TEXT("`true`") : TEXT("`false`");
    case VALUE_INTEGER:
        return text_format(arena, "`%lld`", value->integer);
    case VALUE_LIST:
        return text_format(arena, "a list of %zu", value->count);
    case VALUE_NULL:
    case VALUE_DECIMAL:
    case VALUE_OBJECT:
        break;
    }
    return TEXT("an object");
}

static void differs(struct run *run, const struct node *expected, struct text wanted, const struct value *found)
{
    findings_add(run->findings, SEVERITY_ERROR, "example_differs", expected->place, expected->width,
                 "the example expects %.*s, the covenant decides %.*s", TEXT_ARGS(wanted),
                 TEXT_ARGS(shown(run->arena, found)));
}

static bool scalar_matches(const struct node *expected, const struct value *found)
{
    long long integer;
    switch (found->kind) {
    case VALUE_TEXT:
        return text_equal(expected->text, found->text);
    case VALUE_BOOLEAN:
        return text_is(expected->text, found->boolean ? "true" : "false");
    case VALUE_INTEGER:
        return text_to_integer(expected->text, &integer) && integer == found->integer;
    case VALUE_NULL:
    case VALUE_DECIMAL:
    case VALUE_LIST:
    case VALUE_OBJECT:
        break;
    }
    return false;
}

/* The item of a list whose id is `id`: ids stand under different names in different lists. */
static const struct value *item_by_id(const struct value *list, struct text id)
{
    static const char *const names[] = {"id", "rule", "step", "fact", "event", "attribute"};
    for (size_t i = 0; i < list->count; i++)
        for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
            const struct value *name = value_get(list->items[i], names[n]);
            if (name && name->kind == VALUE_TEXT && text_equal(name->text, id))
                return list->items[i];
        }
    return NULL;
}

static void compare_map(struct run *run, const struct node *expected, const struct value *found)
{
    if (found->kind != VALUE_OBJECT && found->kind != VALUE_LIST) {
        differs(run, expected, TEXT("an object"), found);
        return;
    }
    for (size_t i = 0; i < expected->count; i++) {
        struct text name = expected->keys[i]->text;
        const struct value *member =
            found->kind == VALUE_LIST ? item_by_id(found, name) : value_get_text(found, name);
        bool absent = expected->items[i]->kind == NODE_SCALAR && text_is(expected->items[i]->text, "absent");
        if (member && absent)
            differs(run, expected->items[i], TEXT("nothing here"), member);
        else if (!member && !absent)
            findings_add(run->findings, SEVERITY_ERROR, "example_differs", expected->keys[i]->place,
                         expected->keys[i]->width, "the example expects `%.*s`, the decision has none here",
                         TEXT_ARGS(name));
        else if (member)
            compare(run, expected->items[i], member);
    }
}

static void compare(struct run *run, const struct node *expected, const struct value *found)
{
    switch (expected->kind) {
    case NODE_SCALAR:
        if (!scalar_matches(expected, found))
            differs(run, expected, text_format(run->arena, "`%.*s`", TEXT_ARGS(expected->text)), found);
        return;
    case NODE_LIST:
        if (found->kind != VALUE_LIST || found->count != expected->count) {
            differs(run, expected, text_format(run->arena, "a list of %zu", expected->count), found);
            return;
        }
        for (size_t i = 0; i < expected->count; i++)
            compare(run, expected->items[i], found->items[i]);
        return;
    case NODE_MAP:
        compare_map(run, expected, found);
        return;
    }
}

/* ---- one date ---- */

/* A misspelt name with `absent` would always hold: so the names on top are a closed set. */
static bool check_names(struct run *run, const struct node *expected)
{
    static const char *const others[] = {"on", "error", "case", "region", "covenant", "rests_on_assumptions", "advice"};
    const size_t others_count = sizeof others / sizeof *others;
    struct text_list names = {0};
    for (size_t i = 0; i < others_count; i++)
        text_list_add(run->arena, &names, text_of(others[i]));
    for (size_t i = 0; i < SECTION_COUNT; i++)
        text_list_add(run->arena, &names, text_of(section_names[i]));
    bool good = true;
    for (size_t i = 0; i < expected->count; i++) {
        const struct node *key = expected->keys[i];
        struct text nearest = text_nearest(key->text, names.items, names.count);
        if (text_list_has(&names, key->text))
            continue;
        good = false;
        findings_add(run->findings, SEVERITY_ERROR, "unknown_key", key->place, key->width,
                     "a decision has no part `%.*s`%s%.*s%s", TEXT_ARGS(key->text), nearest.at ? ", did you mean `" : "",
                     TEXT_ARGS(nearest), nearest.at ? "`?" : "");
    }
    return good;
}

static void expect_refusal(struct run *run, const struct node *expected, const struct refusals *refusals)
{
    const struct node *error = node_get(expected, "error");
    const char *found = refusals->count ? error_code_names[refusals->items[0].code] : "a decision";
    if (error && refusals->count && text_is(error->text, found))
        return;
    if (error)
        findings_add(run->findings, SEVERITY_ERROR, "example_differs", error->place, error->width,
                     "the example expects error `%.*s`, found %s", TEXT_ARGS(error->text), found);
    else
        findings_add(run->findings, SEVERITY_ERROR, "example_differs", expected->place, expected->width,
                     "the case cannot be decided on this date: %.*s", TEXT_ARGS(refusals->items[0].message));
}

static void expect_on(struct run *run, const struct node *expected, const struct case_file *case_file)
{
    const struct node *on = node_get(expected, "on");
    struct date date;
    struct refusals refusals;
    struct asked asked = {0};
    if (!check_names(run, expected))
        return;
    if (!on || on->kind != NODE_SCALAR || !date_parse(on->text, &date)) {
        findings_add(run->findings, SEVERITY_ERROR, "bad_date", on ? on->place : expected->place, on ? on->width : 1,
                     "expected `on` with the date to decide for, as 2022-09-26");
        return;
    }
    refusals_init(&refusals, run->arena);
    run->decision = decide(run->arena, run->rules, case_file, date, &asked, &refusals);
    if (!run->decision || node_get(expected, "error"))
        expect_refusal(run, expected, &refusals);
    else
        compare_map(run, expected, run->decision);
}

static bool case_of(struct run *run, const struct node *node, struct case_file *case_file)
{
    struct refusals refusals;
    refusals_init(&refusals, run->arena);
    if (case_read(run->arena, run->rules, value_of(run->arena, node), NULL, case_file, &refusals))
        return true;
    for (size_t i = 0; i < refusals.count && i < sizeof refusals.items / sizeof *refusals.items; i++) {
        const struct node *at = node_at(node, refusals.items[i].at);
        findings_add(run->findings, SEVERITY_ERROR, "example_case", at->place, at->width, "%.*s",
                     TEXT_ARGS(refusals.items[i].message));
    }
    return false;
}

struct example_result example_run(struct arena *arena, const struct rules *rules, const struct example *example,
                                  struct findings *findings)
{
    struct run run = {.arena = arena, .rules = rules, .findings = findings};
    struct example_result result = {.example = example};
    struct case_file case_file;
    size_t before = findings->errors;
    const struct node *expect = node_get(example->root, "expect");
    const struct node *source = node_get(example->root, "case");
    if (source && case_of(&run, source, &case_file)) {
        if (case_file.region != example->region)
            findings_add(findings, SEVERITY_ERROR, "example_case", source->place, source->width,
                         "expected a case of region `%.*s`, in whose folder it stands", TEXT_ARGS(example->region->name));
        for (size_t i = 0; expect && expect->kind == NODE_LIST && i < expect->count; i++, result.expectations++)
            if (expect->items[i]->kind == NODE_MAP)
                expect_on(&run, expect->items[i], &case_file);
            else
                findings_add(findings, SEVERITY_ERROR, "wrong_kind", expect->items[i]->place, expect->items[i]->width,
                             "expected a map with `on` and parts of a decision");
    }
    result.passed = findings->errors == before;
    return result;
}

struct value *example_traced(struct arena *arena, const struct rules *rules, const struct example *example)
{
    const struct node *expect = node_get(example->root, "expect"), *source = node_get(example->root, "case");
    struct value *decisions = value_list(arena);
    struct case_file case_file;
    struct refusals refusals;
    refusals_init(&refusals, arena);
    if (!source || !case_read(arena, rules, value_of(arena, source), NULL, &case_file, &refusals))
        return decisions;
    for (size_t i = 0; expect && expect->kind == NODE_LIST && i < expect->count; i++) {
        const struct node *on = node_get(expect->items[i], "on");
        const struct asked asked = {.trace = true};
        struct date date;
        if (!on || on->kind != NODE_SCALAR || !date_parse(on->text, &date))
            continue;
        struct value *decision = decide(arena, rules, &case_file, date, &asked, &refusals);
        if (decision)
            value_append(arena, decisions, decision);
    }
    return decisions;
}
