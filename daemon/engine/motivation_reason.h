/*
 * The parts that every section of a motivation has: reasons with their facts and sources, and what is missing.
 */
#ifndef ENGINE_MOTIVATION_REASON_H
#define ENGINE_MOTIVATION_REASON_H

#include "engine/prose.h"

/* One reason: whether it holds, the rule's text, the facts and events it rests on, and its source. */
void motivate_reason(struct prose *prose, const struct value *reason);
/* Each of a list, those that fail first; what is no list is passed over. */
void motivate_reasons(struct prose *prose, const struct value *reasons);
/* The list `because`: what could not be computed, and where the covenant is silent. */
void motivate_because(struct prose *prose, const struct value *because);
/* The list `missing` of a section: the questions, to whom, and for which rules. */
void motivate_missing(struct prose *prose, const struct value *section);
/* `Bron: “...”.` and whether that is an assumption. */
void motivate_sources(struct prose *prose, const struct value *sources);
/* `(E2)` for sentences; empty when the object names no rule. */
const char *motivate_id(struct prose *prose, const struct value *object, const char *member);

#endif
