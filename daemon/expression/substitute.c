#include "expression/node.h"

static struct node *substituted(struct arena *arena, const struct node *node, const struct substitution *substitution);

static struct node *symbol_substituted(struct arena *arena, const struct node *node,
                                       const struct substitution *substitution)
{
    const struct expression *expression = NULL;
    struct scalar literal = {0};
    struct node *copy = ARENA_NEW(arena, struct node);
    *copy = *node;
    switch (substitution->find(substitution->self, node->symbol, &literal, &expression)) {
    case SUBSTITUTE_NOTHING:
        break;
    case SUBSTITUTE_LITERAL:
        copy->kind = NODE_LITERAL;
        copy->literal = literal;
        break;
    case SUBSTITUTE_EXPRESSION:
        return substituted(arena, expression->root, substitution);
    }
    return copy;
}

static struct node *substituted(struct arena *arena, const struct node *node, const struct substitution *substitution)
{
    if (node->kind == NODE_SYMBOL)
        return symbol_substituted(arena, node, substitution);
    struct node *copy = ARENA_NEW(arena, struct node);
    *copy = *node;
    copy->parts = ARENA_ARRAY(arena, node->count + 1, struct node *);
    for (size_t i = 0; i < node->count; i++)
        copy->parts[i] = substituted(arena, node->parts[i], substitution);
    return copy;
}

const struct expression *expression_substitute(struct arena *arena, const struct expression *expression,
                                               const struct substitution *substitution)
{
    struct expression *copy = ARENA_NEW(arena, struct expression);
    copy->text = expression->text;
    copy->root = substituted(arena, expression->root, substitution);
    return copy;
}

static bool asks_known(const struct node *node)
{
    if (node->kind == NODE_KNOWN)
        return true;
    for (size_t i = 0; i < node->count; i++)
        if (asks_known(node->parts[i]))
            return true;
    return false;
}

bool expression_asks_known(const struct expression *expression)
{
    return asks_known(expression->root);
}
