/* Which rules of a covenant read a fact that a role may not see: by what is written, not by what the case holds. */
#ifndef ENGINE_TAINT_H
#define ENGINE_TAINT_H

#include "engine/view.h"

struct taint {
    const struct deciding *deciding;
    const struct covenant *covenant;
    struct text role;
};

bool taint_fact(const struct taint *taint, size_t fact);
bool taint_symbol(const struct taint *taint, const struct symbol *symbol);
bool taint_condition(const struct taint *taint, const struct expression *expression); /* NULL: false */
bool taint_anchor(const struct taint *taint, const struct anchor *anchor);
bool taint_says(const struct taint *taint, const struct says *says);
bool taint_pauses(const struct taint *taint, const struct pause *pauses, size_t count);
bool taint_requirement(const struct taint *taint, const struct requirement *requirement);
bool taint_deadline(const struct taint *taint, const struct deadline *deadline);
/* The whole of a ladder: what counts, what raises, relapse. */
bool taint_nuisance(const struct taint *taint);
bool taint_journey(const struct taint *taint);

#endif
