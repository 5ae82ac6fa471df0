/*
 * Variables: the names in conditions that could be answered one way or another, each with the values to try. Shared by
 * inquiries (settled, missing, flips) and by nothing else.
 */
#ifndef ENGINE_VARIABLE_H
#define ENGINE_VARIABLE_H

#include "engine/inquiry.h"

struct variable {
    const struct symbol *symbol;
    struct scalar *values; /* to try, ascending where they have an order */
    size_t values_count;
    bool complete;               /* between neighbouring values nothing changes */
    const struct cause *causes;  /* why it is not known; NULL when it is */
    bool *parts;                 /* by index: does this part read it? */
    bool matters;
};

struct variables {
    struct variable *items;
    size_t count, capacity;
    bool *opaque; /* by part: it reads something that cannot be tried */
    struct conditions {
        const struct expression **items;
        size_t count, capacity;
    } *conditions; /* by part: all that it reads, also through names, with what is known filled in */
};

/* Which names become variables. */
enum variable_choice { VARIABLES_UNKNOWN, VARIABLES_FACTS };

/* The variables of the parts for which `wanted` is true (NULL: of all). */
struct variables variables_of(const struct inquiry *inquiry, const bool *wanted, enum variable_choice choice);
/* May it change with an answer though it is known: `known(...)`, a ladder, a stage, however deep. */
bool condition_is_soft(struct arena *arena, const struct covenant *covenant, const struct expression *expression);
/* Is it the same on every later day, as long as nothing happens? */
bool symbol_is_constant(const struct covenant *covenant, const struct symbol *symbol);
bool condition_is_constant(const struct covenant *covenant, const struct expression *expression);

/*
 * A condition with everything in it that is known, and the definitions of what is not. `kept` (may be NULL) stays a
 * name, also when it is known. `entry` (may be NULL) is the event at hand.
 */
const struct expression *expression_known_in(struct view *view, const struct expression *expression,
                                             const struct symbol *kept, const struct entry *entry);
/* The same with these answers put in, and nothing else. */
const struct expression *expression_answered(struct arena *arena, const struct expression *expression,
                                             const struct tried *answers, size_t count);
/* The first where every fact stays a name. */
const struct expression *expression_with_facts(struct view *view, const struct expression *expression,
                                               const struct entry *entry);

#endif
