/* What `vocabulary` answers for a region; apart from the verb, for who has the rules himself. */
#ifndef VERBS_VOCABULARY_H
#define VERBS_VOCABULARY_H

#include "base/value.h"
#include "covenant/model.h"

/* {"region", "facts", "events", "roles", "kinds", "phases", "stages"}; its texts are those of the rules. */
struct value *vocabulary_value(struct arena *arena, const struct region *region);

#endif
