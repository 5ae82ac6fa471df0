/*
 * The shape of every rule file, written once: which keys a map may have, what may stand there, whether it must, and
 * what it is for. Three things come from the one table: the check of a file's shape, the JSON Schemas in schemas/
 * (which editors use), and so the rule that a key which is not supported is a finding and never ignored.
 *
 *     shape_check(arena, &shape_covenant, root, findings, &broken)   a file against its table
 *     shape_schema(arena, &shape_covenant)                           the table as JSON Schema draft-07
 *
 * Checking gives a tree from which everything wrong was taken out, so that whoever parses it meets only what has the
 * right kind, and reads "absent" for the rest: one mistake stays one finding. A key whose value was wrong is still
 * there, with NULL beside it; in lists and tables of names there are no such holes.
 */
#ifndef COVENANT_SHAPE_H
#define COVENANT_SHAPE_H

#include "base/value.h"
#include "covenant/yaml.h"

enum shape_kind {
    SHAPE_ANY,           /* whatever YAML holds: the inside of an example */
    SHAPE_TEXT,          /* for people */
    SHAPE_NAME,          /* a name that is defined here: lower_snake_case */
    SHAPE_REFERENCE,     /* a name or id that is defined elsewhere */
    SHAPE_ID,            /* the id of a rule */
    SHAPE_CONDITION,     /* an expression; also `true` */
    SHAPE_DATE,          /* 2022-07-01 */
    SHAPE_TERM,          /* P6M, PT24H, 5 working days */
    SHAPE_TERM_OR_BLANK, /* a term, or silent(O1) */
    SHAPE_BOOLEAN,
    SHAPE_INTEGER,
    SHAPE_LITERAL, /* a boolean, a number or a text */
    SHAPE_CHOICE,  /* one of a closed list */
    SHAPE_MAP,     /* the keys of `map` */
    SHAPE_NAMED,   /* names to `item` */
    SHAPE_LIST,    /* of `item` */
    SHAPE_ONE_OR_LIST, /* `item`, or a list of it */
    SHAPE_SOURCE,      /* a key of `sources`, or {is, at} */
    SHAPE_ARGUMENT,    /* of a Lua function: a name or a literal */
    SHAPE_ADVICE,      /* a literal, or {fact: name} */
};

struct shape;

struct shape_value {
    enum shape_kind kind;
    const struct shape *map;
    const struct shape_value *item;
    const char *const *choices; /* ends with NULL */
    size_t items_min;
};

struct shape_key {
    const char *name;
    struct shape_value value;
    bool required;     /* where `with` is 0 or one of those keys is there */
    unsigned is;       /* its bit in the groups below; 0 when it takes part in none */
    unsigned with;     /* it stands only beside one of these; 0: beside any */
    const char *description;
    const char *example; /* JSON; NULL when the description says it all */
};

/* Keys that exclude each other: of `bits`, exactly one (or at least one). */
struct shape_group {
    unsigned bits;
    unsigned with;     /* it is due only beside one of these, and may not stand otherwise; 0: always due */
    bool may_be_more;  /* at least one */
    bool may_be_none;  /* at most one */
};

#define SHAPE_GROUPS_MAX 3

struct shape {
    const char *name; /* "requirement"; in messages and as the definition's name in a schema */
    const char *description;
    const struct shape_key *keys;
    size_t keys_count;
    struct shape_group groups[SHAPE_GROUPS_MAX];
};

extern const struct shape shape_covenant, shape_vocabulary, shape_calendar, shape_law, shape_retention, shape_example;
/* Shared by the tables of several files. */
extern const struct shape shape_says, shape_source, shape_source_reference, shape_fact, shape_event, shape_derived,
    shape_deadline, shape_law_deadline;

/*
 * Checks `root`. `*broken` is set when something that has a name (a fact, a rule with its id) had to be taken out, so that
 * who refers to it is not to be blamed.
 */
struct node *shape_check(struct arena *arena, const struct shape *shape, struct node *root, struct findings *findings,
                         bool *broken);
/* A plain scalar that other readers of YAML take for a number, a time or nothing: `010`, `12:30`, `1_000`, `1e3`, `~`. */
bool scalar_is_ambiguous(struct text text);
/* As shape_schema's root: draft-07, every key described, nothing else allowed. `file` is the schema's own name. */
struct value *shape_schema(struct arena *arena, const struct shape *shape, const char *file);

/* ": did you mean `x`?" for a finding, or an empty text. */
struct text suggestion(struct arena *arena, struct text name, const struct text *candidates, size_t count);

#endif
