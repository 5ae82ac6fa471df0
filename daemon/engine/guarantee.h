/*
 * Guarantees: what a covenant says must never be decided. They are judged last, on the whole decision; one that is
 * broken takes its sections back to undetermined.
 */
#ifndef ENGINE_GUARANTEE_H
#define ENGINE_GUARANTEE_H

#include "engine/decision.h"

/* Judges every guarantee; the sections of `decision` that a broken one names become undetermined. */
void guarantees_apply(struct deciding *deciding, struct value *decision);

#endif
