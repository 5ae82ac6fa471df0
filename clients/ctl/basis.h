/*
 * What a covenant rests on, rule by rule: agreed (a text has it), by law, assumed (nothing has it, or not all of it),
 * and left open. Made from the rule files by the code that serves, so that nobody takes an invented number for an
 * agreed one; `covenant basis` shows it, and rules/README.md holds it.
 */
#ifndef CTL_BASIS_H
#define CTL_BASIS_H

#include "base/value.h"
#include "covenant/model.h"
#include "options.h"

/*
 * A list of {region, version, title, in_force, based_on, parties, sources, agreed, by_law, assumed, open}: the last four
 * hold {rule, says, source} each, `assumed` also `keys` when only those are. Of a version that is based on another only
 * what it writes itself. With a region just that one.
 */
struct value *basis_value(struct arena *arena, const struct rules *rules, struct text region);
/* The same as a page of Markdown. */
struct text basis_markdown(struct arena *arena, const struct value *basis, enum language language);

#endif
