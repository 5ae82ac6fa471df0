/*
 * Labels: what people call the facts and events that a region has beside the national ones, for those that a decision
 * names. They go with the decision, so that it reads the same when the region has long changed its rule files, and a
 * reader needs nothing but the decision.
 */
#ifndef ENGINE_LABELS_H
#define ENGINE_LABELS_H

#include "base/value.h"
#include "covenant/model.h"

/* `{name: {"nl": ..., "en": ...}}`, or NULL when the decision names none. Its `trace` is not looked at. */
struct value *labels_of(struct arena *arena, const struct rules *rules, const struct region *region,
                        const struct value *decision);

#endif
