/*
 * Which rules of a region read a fact that a role may not see: by what is written, not by what the case holds.
 *
 * A fact is visible to a role that its `visible_to` names, to the role that stated it, and to the client. What reads
 * one that is not, directly or through derived names, functions, texts, blanks, terms or the names that sections give,
 * is tainted. `eligible`, `nuisance_level` and `stage` are tainted with their sections: though the outcome of today is
 * shown, a rule may read the one of an earlier day, and its reason would show the facts behind it.
 */
#ifndef ENGINE_TAINT_H
#define ENGINE_TAINT_H

#include "engine/view.h"

/* One version seen by one role. What was found is remembered, so that names that share names are walked once. */
struct taint {
    const struct deciding *deciding;
    const struct covenant *covenant;
    struct text role;
    enum taint_state { TAINT_UNSEEN, TAINT_UNDER_WAY, TAINT_CLEAN, TAINT_FOUND } *derived, *deadlines, *sections;
    const struct taint *versions; /* of all the region's versions, in their order */
};

/* Of the case's own version; in the deciding's arena. */
const struct taint *taint_new(const struct deciding *deciding, struct text role);

bool taint_fact(const struct taint *taint, size_t fact);
bool taint_condition(const struct taint *taint, const struct expression *expression); /* NULL: false */
bool taint_says(const struct taint *taint, const struct says *says);
bool taint_action(const struct taint *taint, const struct action *action); /* NULL: false */
bool taint_pauses(const struct taint *taint, const struct pause *pauses, size_t count);
bool taint_requirement(const struct taint *taint, const struct requirement *requirement);
/* What it comes to: its requirements and its pauses. */
bool taint_conversion(const struct taint *taint, const struct conversion *conversion);
bool taint_exception(const struct taint *taint, const struct exception *exception);
bool taint_deadline(const struct taint *taint, size_t deadline);
/* Whether there is one among the requirements. */
bool taint_eligibility(const struct taint *taint);
/* The whole of a ladder: what counts, what raises, relapse. A report may be judged by any version of the region. */
bool taint_nuisance(const struct taint *taint);
bool taint_journey(const struct taint *taint);

#endif
