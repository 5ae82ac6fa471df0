/* The lease that events tell: signed, converted, ended. */
#ifndef ENGINE_LEASE_H
#define ENGINE_LEASE_H

#include "engine/view.h"

struct lease {
    const struct entry *entry; /* that began it; NULL: none */
    size_t kind;               /* in the covenant's kinds; NOT_FOUND when none */
    struct date since;
    struct date signed_on;
    bool converted; /* it came of a conversion */
    bool ended;
};

/* The lease as it is in a view. */
struct lease lease_of(struct view *view);
/* The index of a contract kind by its name, or NOT_FOUND. */
size_t kind_index(const struct contracts *contracts, struct text name);

#endif
