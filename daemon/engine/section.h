/*
 * The sections of a decision. Each is one file with one function `NAME_decide` that returns what the decision shows,
 * and the functions that give names to conditions (`eligible`, `support_phase`, ...). A parent decides, leaves compute.
 *
 * decide.c calls them in the order below; next_steps comes last, since every section adds to it.
 */
#ifndef ENGINE_SECTION_H
#define ENGINE_SECTION_H

#include "engine/view.h"

/* ---- sections ---- */
struct value *eligibility_decide(struct deciding *deciding);
struct value *support_decide(struct deciding *deciding);
struct value *deadlines_decide(struct deciding *deciding);
struct value *contract_decide(struct deciding *deciding);
struct value *nuisance_decide(struct deciding *deciding);
struct value *housing_decide(struct deciding *deciding);
struct value *journey_decide(struct deciding *deciding);
struct value *next_steps_decide(struct deciding *deciding);

/* ---- names that sections give to conditions ---- */
struct judged eligibility_eligible(struct view *view);
struct judged support_current_phase(struct view *view);
struct judged support_phase_started(struct view *view);
struct judged contract_current_kind(struct view *view);
struct judged contract_current_since(struct view *view);
struct judged nuisance_current_level(struct view *view);
struct judged journey_current_stage(struct view *view);

/* ---- deadlines, for due(id), missed(id) and for anchors ---- */
struct judged deadline_due(struct view *view, size_t deadline);
struct judged deadline_missed(struct view *view, size_t deadline);
/* The date an anchor gives; `last start counts`. */
struct judged anchor_date(struct view *view, const struct anchor *anchor);
/* The window a deadline gives, when it is one and its anchor is known. */
bool deadline_window(struct view *view, size_t deadline, struct date *opens, struct date *closes);

/* A stretch of days that does not count: from `first` through `last`. */
struct span {
    struct date first, last;
    bool open; /* nobody knows yet when it ends: `last` is the view's day, or a later day that is known already */
};
/* The pauses of a term up to the view's day: sorted, overlaps merged. */
size_t pauses_spans(struct view *view, const struct pause *pauses, size_t count, struct span **spans);
/* How many days after `start`, through `end` but not after `stop`, are paused; an open pause makes it provisional. */
long long pauses_days(const struct span *spans, size_t count, struct date start, struct date end, struct date stop,
                      bool *provisional);
/* `due` later by every paused day after `start`; `*days` (may be NULL) is how many. Days after `stop` do not count. */
struct date pauses_extend(const struct span *spans, size_t count, struct date start, struct date due, struct date stop,
                          long long *days, bool *provisional);

/* A requirement judged: what a reason shows. */
enum reason_state {
    REASON_STATED,
    REASON_UNKNOWN,
    REASON_NOT_APPLICABLE,
    REASON_WAIVED,
    REASON_FAILED,
    REASON_SILENT
};
struct verdict {
    const struct requirement *requirement;
    enum reason_state state;
    bool known;
    bool holds;
    const struct cause *causes; /* when not known */
    struct evidence evidence;
};
/* (not applies) or require. */
struct verdict requirement_judge(struct view *view, const struct requirement *requirement);

#endif
