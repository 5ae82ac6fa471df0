#include "expression/node.h"

static bool same_use(const struct use *a, const struct use *b)
{
    if (a->kind != b->kind)
        return false;
    return a->kind == USE_SYMBOL ? symbol_same(a->symbol, b->symbol) : text_equal(a->name, b->name);
}

static void add_use(struct arena *arena, struct uses *uses, struct use use)
{
    for (size_t i = 0; i < uses->count; i++)
        if (same_use(&uses->items[i], &use))
            return;
    struct use *room = arena_push(arena, &uses->items, &uses->count, &uses->capacity, sizeof *room);
    *room = use;
}

static bool use_of(const struct node *node, enum use_kind *kind)
{
    *kind = node->kind == NODE_HAPPENED ? USE_HAPPENED
            : node->kind == NODE_DUE    ? USE_DUE
            : node->kind == NODE_MISSED ? USE_MISSED
            : node->kind == NODE_SILENT ? USE_SILENT
                                        : USE_SYMBOL;
    return *kind != USE_SYMBOL || node->kind == NODE_SYMBOL || node->kind == NODE_KNOWN;
}

static void collect(struct arena *arena, const struct node *node, struct uses *uses)
{
    enum use_kind kind;
    if (use_of(node, &kind))
        add_use(arena, uses,
                (struct use){.kind = kind, .symbol = node->symbol, .name = node->name, .index = node->index});
    for (size_t i = 0; i < node->count; i++)
        collect(arena, node->parts[i], uses);
}

void expression_uses(struct arena *arena, const struct expression *expression, struct uses *uses)
{
    collect(arena, expression->root, uses);
}
