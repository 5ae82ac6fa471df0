/*
 * For whom: the view of a decision for one role. Made after the decision, which is always whole; the outcome stays.
 *
 * A fact is visible to a role that its `visible_to` names, to the role that stated it, and to the client, whose facts
 * they are (AVG art. 15). A rule that reads a fact the role may not see, directly or through derived names, texts or
 * terms, is withheld: its place is always there, `{"rule", "says", "source", "withheld": true}`, whatever it came to,
 * so that neither its presence nor its absence tells anything. What is computed from such rules (what is missing, when
 * it changes, what to do about it) is replaced by `{"withheld": true}` in the same way: by what the covenant reads,
 * never by what the case holds.
 *
 * The promise, tested over generated cases: two cases that differ only in facts that a role may not see, and come to
 * the same outcomes, give that role the same bytes.
 */
#ifndef ENGINE_REDACT_H
#define ENGINE_REDACT_H

#include "engine/decision.h"

/* Redacts `decision` in place for `deciding->asked->for_role`. */
void redact(struct deciding *deciding, struct value *decision);

#endif
