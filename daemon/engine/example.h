/*
 * Examples: the YAML files in `cases` hold a case and what is expected of it on each date. They are a covenant's tests, its
 * documentation and its guard: a version whose own examples fail does not load.
 *
 * An expectation is any part of a decision. Things in a list that have an id are written as a map by it; `absent`
 * means not there; `error: CODE` expects a refusal.
 */
#ifndef ENGINE_EXAMPLE_H
#define ENGINE_EXAMPLE_H

#include "engine/edition.h"

/* Decides the example on each of its dates; what differs is a finding at the place of the expectation. */
struct example_result example_run(struct arena *arena, const struct rules *rules, const struct example *example,
                                  struct findings *findings);

/* Its decisions with their trace, one for each date that can be decided; none when its case cannot be read. */
struct value *example_traced(struct arena *arena, const struct rules *rules, const struct example *example);

#endif
