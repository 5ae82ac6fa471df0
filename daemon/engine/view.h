/*
 * A view: how the case looks under one version of the covenant on one day. Conditions are judged in it.
 *
 * "A condition holds for one date": events up to and including the view's day take part, and facts as they are known
 * today. To say since when something holds (ladder, stage) sections ask for the views of earlier days. A view
 * remembers what it computed, so a derived name is computed once a day however many rules read it.
 *
 * `struct deciding` is one asking: all that a section needs, in the case's arena. It collects what sections share:
 * which assumptions the decision rests on, which versions it used, the next steps, the trace.
 */
#ifndef ENGINE_VIEW_H
#define ENGINE_VIEW_H

#include "engine/case.h"
#include "engine/decide.h"
#include "engine/script.h"

/* What was read while something was judged: facts and events, each once, in the order read. */
struct evidence {
    size_t *facts;
    size_t facts_count, facts_capacity;
    const struct entry **entries;
    size_t entries_count, entries_capacity;
};

/* An answer with what it was made of. */
struct judged {
    struct answer answer;
    struct evidence evidence;
};

struct view;

/* A value that is tried for a name that is not known: one answer that somebody might give. */
struct tried {
    const struct symbol *symbol;
    struct scalar value;
};

struct deciding {
    struct arena *arena;
    const struct rules *rules;
    const struct region *region;
    const struct case_file *case_file;
    const struct tried *tried; /* answers that are tried, instead of unknowns */
    size_t tried_count;
    const struct covenant *covenant; /* the case's own version */
    struct date on;
    struct date known_on; /* facts stated after this day are not yet known: `on`, also when a later day is looked at */
    bool trying;          /* answers are being tried: Kleene's logic is enough */
    size_t *effort;       /* of a search over days or changes: how many ways may still be tried; NULL elsewhere */
    const struct asked *asked;
    struct interpreter *interpreter;
    struct views {              /* all that were made, by day: a table with open addressing */
        struct view **slots;
        size_t count, room;     /* `room` is a power of two */
    } views;
    struct evidence *evidence;  /* what is being judged collects here */
    struct text_list assumptions; /* sorted */
    struct text_list versions[SECTION_COUNT]; /* other versions than the case's own that a section used */
    struct value *steps;        /* next steps, in the order of sections; sorted at the end */
    struct value *trace;        /* NULL when not asked */
    struct value *lua_calls;    /* of the trace */
};

/*
 * The same asking for a trial: nothing it collects reaches the decision. `arena` is where it may put its own things.
 */
struct deciding deciding_trial(const struct deciding *deciding, struct arena *arena);
/* The view of a day under a version; made once. */
struct view *view_at(struct deciding *deciding, const struct covenant *covenant, struct date on);
struct view *view_today(struct deciding *deciding);
struct date view_on(const struct view *view);
struct deciding *view_deciding(const struct view *view);
const struct covenant *view_covenant(const struct view *view);
/* The entries up to and including the view's day: the first `count` of the case's. */
size_t view_entries_count(const struct view *view);

/* Judges a condition; NULL is true. `entry` is the event at hand (its attributes are names), or NULL. */
struct judged view_judge(struct view *view, const struct expression *expression, const struct entry *entry);
/* {"text", "value", "parts"} of expression_explain, in this view. */
struct value *view_explain(struct view *view, const struct expression *expression, const struct entry *entry);
/* The value of a fact, derived or section name. */
struct judged view_symbol(struct view *view, const struct symbol *symbol);
/* The same two within something that is being judged: what they read is added to its evidence. */
struct answer view_read(struct view *view, const struct symbol *symbol);
struct answer view_evaluate(struct view *view, const struct expression *expression);
/* A derived name by its index. */
struct judged view_derived(struct view *view, size_t index);
/* The last entry of an event up to the view's day, or NULL. */
const struct entry *view_last(const struct view *view, size_t event);
/* The same by the event's name, which the national vocabulary promises; NULL also when the region lacks it. */
const struct entry *view_last_named(const struct view *view, const char *event);
/* Attribute of an entry by name; absent when it has none. */
struct text entry_text(const struct deciding *deciding, const struct entry *entry, const char *attribute);
/* Both have a time, and the entry is before the start (which may be NULL): then it answers nothing that began there. */
bool entry_is_earlier(const struct entry *entry, const struct entry *start);
bool entry_date(const struct deciding *deciding, const struct entry *entry, const char *attribute, struct date *date);

void evidence_add(struct arena *arena, struct evidence *to, const struct evidence *from);
void evidence_add_fact(struct arena *arena, struct evidence *to, size_t fact);
void evidence_add_entry(struct arena *arena, struct evidence *to, const struct entry *entry);

/* The version in force on a day, or NULL. */
const struct covenant *covenant_on(const struct region *region, struct date date);
/* The version that governs what happens on a day: that one, else the last that began; NULL before the first. */
const struct covenant *covenant_governing(const struct region *region, struct date date);
/* The version that a case is judged by on `on`; NULL when none is found or `on` is before its first day. */
const struct covenant *covenant_of_case(const struct case_file *case_file, struct date on);

#endif
