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
};

/* Which names become variables. */
enum variable_choice { VARIABLES_UNKNOWN, VARIABLES_FACTS };

/* The variables of the parts for which `wanted` is true (NULL: of all). */
struct variables variables_of(const struct inquiry *inquiry, const bool *wanted, enum variable_choice choice);
/* Is the name the same on every later day, as long as nothing happens? */
bool symbol_is_constant(const struct covenant *covenant, const struct symbol *symbol);
/* A condition with everything in it that is known, and the definitions of what is not. */
const struct expression *expression_known_in(struct view *view, const struct expression *expression, bool keep_facts);

#endif
