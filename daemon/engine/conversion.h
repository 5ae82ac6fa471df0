/*
 * Conversion: from the contract that there is to the one that may follow it, from when, and who still has to approve.
 */
#ifndef ENGINE_CONVERSION_H
#define ENGINE_CONVERSION_H

#include "engine/decision.h"
#include "engine/lease.h"

/* `contract.conversion`: of several conversions from this kind the first that is possible, else the first. */
struct value *conversion_value(struct view *view, const struct lease *lease);

#endif
