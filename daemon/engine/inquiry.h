/*
 * Unknown is a value. An inquiry asks of a conjunction of parts (the requirements of a section): can any answer to what
 * is not stated still change the outcome; which questions can; and where is a threshold enough?
 *
 * Kleene's logic decides first. Then the ways in which what is not known could be answered are tried, one value per
 * name wherever it stands; thresholds stand for ranges (expression_thresholds: between neighbours nothing changes).
 * Parts that share no unknown name are tried apart: a fact matters when it matters in its own group and no other group
 * has decided the whole. Where there are too many ways, or trying them takes too much
 * work (INQUIRY_STEPS_MAX), or a condition compares two unknown names, nothing is claimed:
 * `settled` is false, and Kleene's causes are what is missing.
 *
 * A soft part may change with an answer though it is known: it asks `known(...)`, or reads a ladder or a stage, for
 * which an unknown counts as false. Such a part is tried like one that is open.
 *
 * What is tried is what decides: the very judging function, in a trial (deciding_trial).
 */
#ifndef ENGINE_INQUIRY_H
#define ENGINE_INQUIRY_H

#include "engine/decision.h"

/* How a part stands: the whole stands as its worst part. */
enum part_value { PART_FALSE, PART_OPEN, PART_TRUE };

struct inquiry_part {
    const struct rule *rule;
    const struct expression **conditions; /* all it reads, in that order: `applies`, `require`, `when`; ends with NULL */
};

struct inquiry {
    struct deciding *deciding;
    const struct inquiry_part *parts;
    size_t parts_count;
    const struct date *days; /* later days on which the outcome may change, beside those the conditions tell */
    size_t days_count;
    const void *self; /* the section's own: which conversion */
    bool open_holds;  /* the burden of proof lies on who objects: an open part ends as a true one */
    /* Judges one part in a view; `causes` (may be NULL) gets why it is open. */
    enum part_value (*judge)(const struct inquiry *inquiry, struct view *view, size_t part, const struct cause **causes);
    /* The outcome of the section in a trial, as a number of its own; negative numbers are not used. */
    int (*outcome)(const struct inquiry *inquiry, struct deciding *trial);
    /* The same inquiry on another day, by the version that judges then; no parts when there is none. */
    struct inquiry (*again)(const struct inquiry *inquiry, struct deciding *trial);
};

struct inquiry_result {
    bool settled;
    enum part_value value; /* where all ways end alike: that end; else as Kleene's logic has it */
};

/* Adds to `missing` (may be NULL) what can make a difference, in the order of the parts. */
struct inquiry_result inquire(const struct inquiry *inquiry, struct missing *missing);

/*
 * What the mere passage of time brings: the case, and what is known of it, stay as they are. The first later day on
 * which the outcome differs from `now`, and the first on which it is `wanted` (negative: not asked).
 */
struct prospect {
    bool changes, comes;
    struct date changes_on, comes_on;
    int becomes; /* on `changes_on` */
};
struct prospect inquire_time(const struct inquiry *inquiry, int now, int wanted);

/*
 * The smallest set of changed facts that makes the outcome `wanted`: at most FLIPS_MAX facts, found over the
 * thresholds of the conditions and verified by deciding again. [{"fact", "from", "to"}], or NULL when there is none.
 */
struct value *inquire_flip(const struct inquiry *inquiry, int wanted);

#endif
