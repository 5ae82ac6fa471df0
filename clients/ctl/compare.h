/*
 * Comparing what regions decide on the same case: a decision told part by part, each in a word, a detail (a date, a
 * level) and the rules that decided it first. Two regions agree on a part when word and detail are the same; that their
 * rules have other ids is no difference.
 */
#ifndef CTL_COMPARE_H
#define CTL_COMPARE_H

#include "base/value.h"
#include "covenant/model.h"
#include "options.h"

enum part {
    PART_ELIGIBILITY,
    PART_MISSING,
    PART_SUPPORT,
    PART_REFUSAL,
    PART_OFFER,
    PART_LEASE,
    PART_CONVERSION,
    PART_WARNING,
    PART_NUISANCE,
    PART_TERMINATION,
    PART_HOUSING,
    PART_COUNT
};

/* A rule, or a blank that a rule met. */
struct told_rule {
    struct text id;
    const struct value *says; /* {"nl", "en"}; NULL: none */
    bool assumed;             /* it, or a key of it, rests on an assumption */
};
#define TOLD_RULES_MAX 6 /* more are not told: the decision itself tells all */

struct told {
    struct text word;   /* "ja", "open"; absent when there is nothing to tell */
    struct text detail; /* "2026-04-15"; may be absent */
    struct told_rule rules[TOLD_RULES_MAX];
    size_t rules_count;
};

/* `eligibility`, for programs; `toelating`, for people. */
const char *part_name(enum part part);
struct text part_title(enum part part, enum language language);
/* `decision` was made with its trace; NULL tells nothing. `region` knows what its own facts are called. */
struct told part_told(struct command *command, enum part part, const struct region *region,
                      const struct value *decision);
bool told_same(const struct told *a, const struct told *b);
/* `nee (E1)`, `uiterlijk 2026-04-15 (home_offer)`; `–` for nothing. */
struct text told_text(struct arena *arena, const struct told *told);

#endif
