/* Which of the three values an expression can have at all, whatever the case: what coverage may ask for. */
#include "expression/node.h"

/* A value that is no boolean may be anything: both bits. */
#define POSSIBLE_KNOWN (POSSIBLE_TRUE | POSSIBLE_FALSE)

static unsigned possible_not(unsigned part)
{
    return (part & POSSIBLE_UNKNOWN) | (part & POSSIBLE_TRUE ? POSSIBLE_FALSE : 0u) |
           (part & POSSIBLE_FALSE ? POSSIBLE_TRUE : 0u);
}

/* Kleene's `and` of each value of the one with each of the other. */
static unsigned possible_and(unsigned a, unsigned b)
{
    unsigned both = 0;
    if ((a | b) & POSSIBLE_FALSE)
        both |= POSSIBLE_FALSE;
    if (a & b & POSSIBLE_TRUE)
        both |= POSSIBLE_TRUE;
    if (((a & POSSIBLE_UNKNOWN) && (b & (POSSIBLE_TRUE | POSSIBLE_UNKNOWN))) ||
        ((b & POSSIBLE_UNKNOWN) && (a & (POSSIBLE_TRUE | POSSIBLE_UNKNOWN))))
        both |= POSSIBLE_UNKNOWN;
    return both;
}

static unsigned possible_of(const struct node *node, const struct possibility *possibility);

/* Beside `known(x)` in an `and`, x counts as known: where it is not, the whole is false whatever the rest. */
struct assured {
    const struct possibility *possibility;
    const struct node *parts_of;
};

static unsigned symbol_assured(const void *self, const struct symbol *symbol)
{
    const struct assured *assured = self;
    unsigned possible = assured->possibility->symbol(assured->possibility->self, symbol);
    for (size_t i = 0; i < assured->parts_of->count; i++) {
        const struct node *part = assured->parts_of->parts[i];
        if (part->kind == NODE_KNOWN && symbol_same(part->symbol, symbol))
            possible &= POSSIBLE_KNOWN;
    }
    return possible;
}

static unsigned possible_parts(const struct node *node, const struct possibility *possibility)
{
    const struct assured assured = {possibility, node};
    const struct possibility within = {&assured, symbol_assured};
    bool either = node->kind == NODE_OR;
    unsigned all = POSSIBLE_TRUE;
    for (size_t i = 0; i < node->count; i++) {
        unsigned part = possible_of(node->parts[i], either ? possibility : &within);
        all = possible_and(all, either ? possible_not(part) : part);
    }
    return either ? possible_not(all) : all;
}

/* Of a comparison or a computation: known when all its parts are. */
static unsigned possible_computed(const struct node *node, const struct possibility *possibility)
{
    unsigned possible = POSSIBLE_KNOWN;
    for (size_t i = 0; i < node->count; i++)
        possible |= possible_of(node->parts[i], possibility) & POSSIBLE_UNKNOWN;
    return possible;
}

static unsigned possible_of(const struct node *node, const struct possibility *possibility)
{
    if (node->kind == NODE_LITERAL && node->type.kind == TYPE_BOOLEAN)
        return node->literal.as.boolean ? POSSIBLE_TRUE : POSSIBLE_FALSE;
    if (node->kind == NODE_SYMBOL)
        return possibility->symbol(possibility->self, node->symbol);
    if (node->kind == NODE_NOT)
        return possible_not(possible_of(node->parts[0], possibility));
    if (node->kind == NODE_AND || node->kind == NODE_OR)
        return possible_parts(node, possibility);
    if (node->kind == NODE_SILENT)
        return POSSIBLE_UNKNOWN;
    if (node->kind == NODE_KNOWN || node->kind == NODE_HAPPENED)
        return POSSIBLE_KNOWN;
    if (node->kind == NODE_DUE || node->kind == NODE_MISSED)
        return POSSIBLE_KNOWN | POSSIBLE_UNKNOWN;
    return possible_computed(node, possibility);
}

unsigned expression_possible(const struct expression *expression, const struct possibility *possibility)
{
    return possible_of(expression->root, possibility);
}
