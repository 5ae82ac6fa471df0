/*
 * Of every condition that the rule files write: what no example made of it, true, false or unknown.
 */
#ifndef CTL_SHOW_COVERAGE_H
#define CTL_SHOW_COVERAGE_H

#include "engine/coverage.h"
#include "options.h"

void show_coverage(struct command *command, const struct coverage *coverage);
/* {"conditions", "whole", "lacking": [{"file", "section", "rule", "key", "condition", "never": ["true"]}]} */
struct value *coverage_value(struct arena *arena, const struct coverage *coverage);

#endif
