/*
 * The motivation: a decision told in plain sentences, as a person would write them under it. A pure function of the
 * decision: the same record gives the same bytes.
 *
 * It says the outcome, each requirement with whether it holds, the facts with who stated them and when, and the source;
 * due dates with what moved them; what to do next; the term for objection where the covenant takes one from public law;
 * and by name what rests on an assumption, what the covenant leaves open, and what could not be computed. Our own
 * sentences have at most twenty words; texts of rules are quoted as they stand, set apart or between “ and ”.
 */
#ifndef ENGINE_MOTIVATION_H
#define ENGINE_MOTIVATION_H

#include "engine/words.h"

struct text motivation(struct arena *arena, const struct value *decision, enum language language);

#endif
