/*
 * Coverage: of every condition of every rule, which of the three values some example gave it. "Every rule is decided
 * true, false and unknown by some example, or the test run says which is not."
 *
 * The examples are decided with a trace; what the trace says of a rule's key (`applies`, `require`, `when`, `enter`,
 * `at_once`, `counts`, `never`) is held against the list of all conditions that the covenants write. A condition
 * belongs to the file that writes it: a version that takes it from another one adds to that one's. What a condition
 * cannot be (`silent(O1)` is never true, `happened(moved_in)` never unknown) is not asked of the examples.
 */
#ifndef ENGINE_COVERAGE_H
#define ENGINE_COVERAGE_H

#include "covenant/model.h"

struct coverage_item {
    const struct source_file *file; /* that writes the condition */
    const char *section, *key;
    struct text rule;
    const struct expression *condition;
    unsigned seen, possible; /* POSSIBLE_TRUE, POSSIBLE_FALSE, POSSIBLE_UNKNOWN */
};

struct coverage {
    struct coverage_item *items; /* in the order of the covenants and their sections */
    size_t count, capacity;
    /* where a traced condition is found */
    struct coverage_place *places;
    size_t places_count, places_capacity;
};

/* Decides every example on each of its dates. */
struct coverage coverage_of(struct arena *arena, const struct rules *rules);
/* What no example made of it though it can be. */
unsigned coverage_lacking(const struct coverage_item *item);

#endif
