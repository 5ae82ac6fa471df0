/*
 * The names that the conditions of one covenant may speak of: facts, derived names, what sections give, and, where an
 * event is at hand, its attributes and `event_date`. Filled in before any condition is parsed.
 */
#ifndef COVENANT_NAMES_H
#define COVENANT_NAMES_H

#include "covenant/model.h"

struct names {
    struct arena *arena;
    const struct vocabulary *vocabulary;
    struct symbol **symbols;
    size_t symbols_count, symbols_capacity;
    struct text_list deadlines, blanks;      /* ids, in the order of their indexes */
    struct text_list kinds, phases, stages;  /* names, likewise */
    struct text_list phase_choices;          /* `phases` and "ended" */
    /* With an event at hand: its names, and the covenant's. */
    const struct event_type *at_hand;
    struct symbol *attributes; /* as many as the event has, then event_date */
    struct names *covenant;
};

/* With the facts, and the names that sections give (after kinds, phases and stages are in). */
void names_init(struct names *names, struct arena *arena, const struct vocabulary *vocabulary);
/* A derived name. */
void names_add(struct names *names, struct text name, struct type type, size_t index);
/* The same names, with an event at hand. */
struct names *names_at(struct names *names, const struct event_type *event);
const struct symbol *names_symbol(const struct names *names, struct text name);
/* For expression_parse; `names` must live as long as the scope is used. */
struct scope names_scope(struct names *names, bool may_use_known);
/* The index in a list of names, or NOT_FOUND. */
size_t names_index(const struct text_list *list, struct text name);
/* Is it a word of the condition language, or a name that a section gives? Nothing may be called like that. */
bool name_is_reserved(struct text name);

#endif
