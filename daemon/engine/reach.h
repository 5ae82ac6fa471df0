/*
 * What a condition reads, however deep: through derived names, through `eligible`, through the conditions of a ladder.
 * By what is written, not by what the case holds.
 */
#ifndef ENGINE_REACH_H
#define ENGINE_REACH_H

#include "engine/view.h"

struct reach {
    struct arena *arena;
    const struct covenant *covenant;
    bool known; /* whether asking `known(...)` counts as found */
    bool (*test)(const void *self, const struct symbol *symbol);
    const void *self;
};

/* Is `test` true of a name that the condition (NULL: none) reads? It goes on until it is. */
bool reach_condition(const struct reach *reach, const struct expression *expression);
/* Of a name in a ladder (by every version: each report may be judged by its own) or in the stages? */
bool reach_ladder(const struct deciding *deciding, size_t name, struct reach reach);

/* A ladder or the stages: an unknown counts as false there. */
bool symbol_is_ladder(const struct symbol *symbol);
/* May it change with an answer though it is known: `known(...)`, a ladder, a stage, however deep. */
bool condition_is_soft(struct arena *arena, const struct covenant *covenant, const struct expression *expression);
bool symbol_is_soft(struct view *view, const struct symbol *symbol);
/* Is it the same on every later day, as long as nothing happens? */
bool symbol_is_constant(const struct covenant *covenant, const struct symbol *symbol);
bool condition_is_constant(const struct covenant *covenant, const struct expression *expression);

/* What a derived name stands for; NULL of another name. */
const struct derived *derived_of(const struct covenant *covenant, const struct symbol *symbol);

#endif
