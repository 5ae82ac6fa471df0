/*
 * An answer: what evaluating gives. Five things that are not each other: true, false, unknown (not stated), not
 * computable (failed) and silent (the covenant leaves it open). The last three are all "unknown" to Kleene's logic;
 * they differ in their causes, and the causes say which.
 */
#ifndef EXPRESSION_ANSWER_H
#define EXPRESSION_ANSWER_H

#include "expression/type.h"

enum cause_kind {
    CAUSE_FACT,    /* a fact that nobody stated */
    CAUSE_EVENT,   /* an event that did not happen (yet) */
    CAUSE_SILENT,  /* a declared blank: `silent(O1)` */
    CAUSE_FAILURE, /* it could not be computed; `detail` says why */
};

struct cause {
    enum cause_kind kind;
    struct text name;   /* the fact, the event, the blank's id, the derived name that failed */
    struct text detail; /* of a failure: why, in English, lower case */
    const struct cause *next;
};

struct answer {
    bool known;
    struct scalar value;        /* when known */
    const struct cause *causes; /* when not known: at least one; each kind and name once, in the order met */
};

enum answer_state { STATE_KNOWN, STATE_UNKNOWN, STATE_SILENT, STATE_FAILED };

struct answer answer_known(struct scalar value);
struct answer answer_boolean(bool value);
struct answer answer_unknown(struct arena *arena, enum cause_kind kind, struct text name, struct text detail);
/* Both are unknown: their causes together. */
struct answer answer_join(struct arena *arena, struct answer a, struct answer b);
/*
 * A failure is never hidden: failed first. Then unknown, as long as somebody's answer may still settle it; silent only
 * where nothing but a blank stands in the way.
 */
enum answer_state answer_state(struct answer answer);
bool answer_is_true(struct answer answer);  /* known, boolean and true */
bool answer_is_false(struct answer answer); /* known, boolean and false */

#endif
