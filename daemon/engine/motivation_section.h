/*
 * How each section of a decision is told. Each takes its section, present and not withheld; members that are absent
 * are passed over.
 */
#ifndef ENGINE_MOTIVATION_SECTION_H
#define ENGINE_MOTIVATION_SECTION_H

#include "engine/prose.h"

void motivate_eligibility(struct prose *prose, const struct value *section);
void motivate_support(struct prose *prose, const struct value *section);
void motivate_deadlines(struct prose *prose, const struct value *section);
void motivate_contract(struct prose *prose, const struct value *section);
void motivate_nuisance(struct prose *prose, const struct value *section);
void motivate_housing(struct prose *prose, const struct value *section);
void motivate_journey(struct prose *prose, const struct value *section);
void motivate_next_steps(struct prose *prose, const struct value *section);

#endif
