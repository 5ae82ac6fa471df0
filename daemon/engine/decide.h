/*
 * Deciding is a pure function of (edition, case, date, what is asked): no clock, network, file or journal. The same
 * input gives the same bytes, in any process, locale and time zone.
 */
#ifndef ENGINE_DECIDE_H
#define ENGINE_DECIDE_H

#include "engine/case.h"
#include "engine/edition.h"

/* What a caller asks for, besides the case and the date. */
struct asked {
    bool some;                    /* `questions` was given: only these sections */
    bool sections[SECTION_COUNT]; /* which */
    bool trace;
    bool flip;
    struct text for_role; /* absent: the whole decision */
};

/*
 * Reads `questions`, `trace`, `flip`, `for` of a request; errors are `invalid_request` at the member. The roles of
 * `for` are those of the national vocabulary.
 */
bool asked_read(const struct rules *rules, const struct value *request, struct asked *asked, struct refusals *refusals);

/*
 * The decision as a value tree in `arena`, canonical when written by json_write. NULL when the case cannot be decided
 * (`no_covenant_in_force`), with the refusal added. The trace, when asked, is the member `trace`.
 */
struct value *decide(struct arena *arena, const struct rules *rules, const struct case_file *case_file, struct date on,
                     const struct asked *asked, struct refusals *refusals);

#endif
