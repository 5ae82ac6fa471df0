/*
 * Guarantees: what must never come out, whatever the other rules say. They are judged last, over the whole decision,
 * and broken only by what is known to be true: an unknown breaks nothing.
 */
#ifndef ENGINE_GUARANTEE_H
#define ENGINE_GUARANTEE_H

#include "engine/decision.h"

/* Judges every guarantee; the sections of `decision` that a broken one names become undetermined. */
void guarantees_apply(struct deciding *deciding, struct value *decision);

#endif
