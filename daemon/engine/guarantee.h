#ifndef ENGINE_GUARANTEE_H
#define ENGINE_GUARANTEE_H

#include "engine/decision.h"

/* Judges every guarantee; the sections of `decision` that a broken one names become undetermined. */
void guarantees_apply(struct deciding *deciding, struct value *decision);

#endif
