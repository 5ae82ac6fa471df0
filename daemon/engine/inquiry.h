/*
 * Unknown is a value. An inquiry asks of a conjunction of parts (the requirements of a section): can any answer to what
 * is not stated still change the outcome; which questions can; and where is a threshold enough?
 *
 * Kleene's logic decides first. Then the ways in which what is not known could be answered are tried, one value per
 * name wherever it stands; thresholds stand for ranges (expression_thresholds: between neighbours nothing changes).
 * Parts that share no unknown name are tried apart: a fact matters when it matters in its own group and no other group
 * has decided the whole. Where there are too many ways, or a condition compares two unknown names, nothing is claimed:
 * `settled` is false, and Kleene's causes are what is missing.
 *
 * What is tried is what decides: the very judging function, in a trial (deciding_trial).
 */
#ifndef ENGINE_INQUIRY_H
#define ENGINE_INQUIRY_H

#include "engine/decision.h"

/* How a part stands: the whole stands as its worst part. */
enum part_value { PART_FALSE, PART_OPEN, PART_TRUE };

/* Conditions of one part: `applies`, `require`, and the `when` of exceptions. */
#define PART_CONDITIONS_MAX 8

struct inquiry_part {
    const struct rule *rule;
    const struct expression *conditions[PART_CONDITIONS_MAX + 1]; /* all it reads; ends with NULL */
};

struct inquiry {
    struct deciding *deciding;
    const struct inquiry_part *parts;
    size_t parts_count;
    const struct date *days; /* later days on which the outcome may change, beside those the conditions tell */
    size_t days_count;
    const void *self; /* the section's own: which conversion */
    /* Judges one part in a view; `causes` (may be NULL) gets why it is open. */
    enum part_value (*judge)(const struct inquiry *inquiry, struct view *view, size_t part, const struct cause **causes);
};

struct inquiry_result {
    bool settled;
    enum part_value value; /* where all ways end alike: that end; else as Kleene's logic has it */
};

/* Adds to `missing` what can make a difference, in the order of the parts. */
struct inquiry_result inquire(const struct inquiry *inquiry, struct missing *missing);

/* The outcome of the section in a trial, as a number of its own; negative numbers are not used. */
typedef int (*outcome_in)(const struct inquiry *inquiry, struct deciding *trial);

/*
 * The first later day on which the outcome differs from `now` by the mere passage of time: the case, and what is known
 * of it, stay as they are. False when none is found.
 */
struct change {
    struct date on;
    int outcome;
};
bool inquire_change(const struct inquiry *inquiry, int now, outcome_in outcome, struct change *change);
/* The first day on which it is `wanted`. */
bool inquire_when(const struct inquiry *inquiry, int wanted, outcome_in outcome, struct date *when);

/*
 * The smallest set of changed facts that makes the outcome `wanted`: at most FLIPS_MAX facts, found over the
 * thresholds of the conditions and verified by deciding again. [{"fact", "from", "to"}], or NULL when there is none.
 */
struct value *inquire_flip(const struct inquiry *inquiry, int wanted, outcome_in outcome);

#endif
