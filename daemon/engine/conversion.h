/*
 * Conversion: whether the lease may become one in the client's own name, when, under which requirements, and who must
 * approve. Judged from the lease as events tell it (lease.h); part of the contract section.
 */
#ifndef ENGINE_CONVERSION_H
#define ENGINE_CONVERSION_H

#include "engine/decision.h"
#include "engine/lease.h"

/* `contract.conversion`: of several conversions from this kind the first that is possible, else the first. */
struct value *conversion_value(struct view *view, const struct lease *lease);

#endif
