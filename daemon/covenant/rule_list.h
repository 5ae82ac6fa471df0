/* Everything in a covenant that has an id, in the order of the file. */
#ifndef COVENANT_RULE_LIST_H
#define COVENANT_RULE_LIST_H

#include "covenant/model.h"

struct rule_item {
    const char *kind; /* "requirement", "deadline": an id keeps its kind in all versions */
    struct text id; /* absent for an action that has its rule's */
    struct place place;
    const struct rule *rule;     /* NULL for an action */
    const struct action *action; /* NULL for a rule */
};
struct rule_list {
    struct rule_item *items;
    size_t count, capacity;
};
struct rule_list rules_of(struct arena *arena, const struct covenant *covenant);

#endif
