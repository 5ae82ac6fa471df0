#include "expression/node.h"

#include <assert.h>

struct value *scalar_value(struct arena *arena, struct scalar scalar)
{
    switch (scalar.kind) {
    case TYPE_BOOLEAN:
        return value_boolean(arena, scalar.as.boolean);
    case TYPE_INTEGER:
        return value_integer(arena, scalar.as.number);
    case TYPE_MONEY:
        return value_text(arena, money_text(arena, scalar.as.number));
    case TYPE_TEXT:
        return value_text(arena, scalar.as.text);
    case TYPE_DATE:
        return value_date(arena, scalar.as.date);
    }
    assert(false);
    return NULL;
}

static const char *state_name(enum answer_state state)
{
    switch (state) {
    case STATE_UNKNOWN:
        return "unknown";
    case STATE_SILENT:
        return "silent";
    case STATE_FAILED:
        return "failed";
    case STATE_KNOWN:
        break;
    }
    assert(false); /* what is known has a value */
    return "";
}

/* Literals say what they are, and a minus before one does too. */
static bool is_plain(const struct node *node)
{
    return node->kind == NODE_LITERAL || (node->kind == NODE_NEGATE && is_plain(node->parts[0]));
}

/* 31 January and a month is 28 February: whoever reads the decision is told. */
static bool is_clamped(const struct node *node, const struct reader *reader)
{
    bool clamped = false;
    if (node->kind != NODE_ADD || (node->term.unit != UNIT_MONTHS && node->term.unit != UNIT_YEARS))
        return false;
    struct answer from = node_evaluate(node->parts[0], reader);
    long long months = (long long)node->term.count * (node->term.unit == UNIT_YEARS ? 12 : 1);
    if (from.known)
        (void)date_add_months(from.value.as.date, months, &clamped, NULL);
    return clamped;
}

static void answer_set(struct arena *arena, struct value *tree, struct answer answer)
{
    if (answer.known)
        value_set(arena, tree, "value", scalar_value(arena, answer.value));
    else
        value_set(arena, tree, "state", value_string(arena, state_name(answer_state(answer))));
}

/* Each node is evaluated again below its parent: at most CONDITION_DEPTH_MAX times, and only when somebody asks why. */
static struct value *explain(const struct node *node, const struct reader *reader)
{
    if (node->kind == NODE_EUROS)
        return explain(node->parts[0], reader);
    if (is_plain(node))
        return NULL;
    struct value *tree = value_object(reader->arena), *parts = NULL;
    struct answer answer = node_evaluate(node, reader);
    value_set(reader->arena, tree, "text", value_text(reader->arena, node->text));
    answer_set(reader->arena, tree, answer);
    if (is_clamped(node, reader))
        value_set(reader->arena, tree, "clamped", value_boolean(reader->arena, true));
    for (size_t i = 0; i < node->count; i++) {
        struct value *part = explain(node->parts[i], reader);
        if (!part)
            continue;
        if (!parts)
            parts = value_list(reader->arena);
        value_append(reader->arena, parts, part);
    }
    if (parts)
        value_set(reader->arena, tree, "parts", parts);
    return tree;
}

/* A condition that is a literal has an entry after all: `when: true` is asked after like any other. */
struct value *expression_explain(const struct expression *expression, const struct reader *reader)
{
    struct value *tree = explain(expression->root, reader);
    if (tree)
        return tree;
    tree = value_object(reader->arena);
    struct answer answer = node_evaluate(expression->root, reader);
    value_set(reader->arena, tree, "text", value_text(reader->arena, expression->text));
    answer_set(reader->arena, tree, answer);
    return tree;
}
