#include "covenant/yaml_node.h"

#include "base/limits.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int by_text(const void *left, const void *right)
{
    const struct node *const *a = left, *const *b = right;
    int order = text_compare((*a)->text, (*b)->text);
    if (order)
        return order;
    struct place x = (*a)->place, y = (*b)->place;
    if (x.line != y.line)
        return x.line < y.line ? -1 : 1;
    return x.column < y.column ? -1 : x.column > y.column;
}

/* What a key that is to go is marked with: a key itself is a scalar. */
static const enum node_kind dropped = NODE_LIST;

static void drop_marked(struct node *map)
{
    size_t kept = 0;
    for (size_t i = 0; i < map->count; i++)
        if (map->keys[i]->kind != dropped) {
            map->keys[kept] = map->keys[i];
            map->items[kept++] = map->items[i];
        }
    map->count = kept;
}

/* Sorted, because a map of thousands of keys takes long when they are compared in pairs. */
size_t node_drop_duplicates(struct arena *arena, struct node *map, struct findings *findings)
{
    size_t count = map->count, found = 0;
    if (count < 2)
        return 0;
    struct node **sorted = ARENA_ARRAY(arena, count, struct node *);
    memcpy(sorted, map->keys, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_text);
    const struct node *first = sorted[0];
    for (size_t i = 1; i < count; i++) {
        if (!text_equal(sorted[i]->text, first->text)) {
            first = sorted[i];
            continue;
        }
        if (found++ < YAML_FINDINGS_MAX)
            findings_add(findings, SEVERITY_ERROR, "duplicate_key", sorted[i]->place, sorted[i]->width,
                         "`%.*s` stands here twice, first on line %zu", TEXT_ARGS(first->text), first->place.line);
        sorted[i]->kind = dropped;
    }
    if (found)
        drop_marked(map);
    return found;
}

static size_t member_index(const struct node *map, const char *key)
{
    if (!map || map->kind != NODE_MAP)
        return SIZE_MAX;
    for (size_t i = 0; i < map->count; i++)
        if (text_is(map->keys[i]->text, key))
            return i;
    return SIZE_MAX;
}

struct node *node_get(const struct node *map, const char *key)
{
    size_t index = member_index(map, key);
    return index == SIZE_MAX ? NULL : map->items[index];
}

struct node *node_key(const struct node *map, const char *key)
{
    size_t index = member_index(map, key);
    return index == SIZE_MAX ? NULL : map->keys[index];
}
