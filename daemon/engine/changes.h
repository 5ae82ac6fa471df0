/*
 * When a condition may change by the mere passage of time and events: the days to judge it on. A condition of counts
 * and facts changes only on the days of events and when a `within` ends; one that reads `on` may change on any day.
 */
#ifndef ENGINE_CHANGES_H
#define ENGINE_CHANGES_H

#include "engine/view.h"

struct days {
    struct date *items; /* ascending, each once */
    size_t count, capacity;
};

/* The days from `from` through `until` on which `expression` may differ from the day before, and `from` itself. */
struct days change_days(struct view *view, const struct expression *expression, struct date from, struct date until);

#endif
