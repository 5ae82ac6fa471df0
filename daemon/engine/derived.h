/* What derived names come to: expressions, counts, firsts and lasts, the covenant's own functions. */
#ifndef ENGINE_DERIVED_H
#define ENGINE_DERIVED_H

#include "engine/view.h"

/* The value in this view; what it read is added to the evidence that is being collected. */
struct answer derived_compute(struct view *view, const struct derived *derived);
/* An attribute of an entry; unknown when it was not given. */
struct answer attribute_answer(struct view *view, const struct entry *entry, size_t index);

#endif
