/*
 * Conditions: an expression in a checked subset of Lua, evaluated in three values.
 *
 *     origin == "shelter" and (known(debt_status) or tenancy_months >= 6)
 *
 * Literals, names, `on`, `and or not`, `== ~= < <= > >=`, `+ - *`, unary `-`, parentheses, and built-ins. Parsed and
 * type-checked once, at load; then only read. How names get their values is the reader's business: this folder knows
 * nothing of cases and covenants.
 *
 * Every expression is also a Lua expression with the same value where all is known, so that the stock interpreter is a
 * test oracle.
 */
#ifndef EXPRESSION_EXPRESSION_H
#define EXPRESSION_EXPRESSION_H

#include "base/finding.h"
#include "base/value.h"
#include "expression/answer.h"
#include "expression/type.h"

enum symbol_kind {
    SYMBOL_FACT,
    SYMBOL_DERIVED,
    SYMBOL_SECTION,    /* what a section gives: eligible, nuisance_level, ... */
    SYMBOL_ATTRIBUTE,  /* of the event at hand, in `where`, `counts`, `enter`, `at_once` */
    SYMBOL_EVENT_DATE, /* the date of the event at hand */
    SYMBOL_ON,         /* the date judged */
};

/* What a name means. `index` is the reader's own: which fact, which derived name, which attribute. */
struct symbol {
    enum symbol_kind kind;
    struct text name;
    struct type type;
    size_t index;
};

/*
 * What a condition may speak of. The covenant builds one; sections that have an event at hand add its attributes.
 * Each finder returns NULL/false when there is no such thing, and the expression reports it with the nearest name.
 */
struct scope {
    void *self;
    const struct symbol *(*symbol)(void *self, struct text name);
    bool (*event)(void *self, struct text name, size_t *index);  /* happened(warning_given) */
    bool (*deadline)(void *self, struct text id, size_t *index); /* due(home_offer), missed(home_offer) */
    bool (*blank)(void *self, struct text id, size_t *index);    /* silent(O3) */
    /* All names that would do, for suggestions: what 's' (symbols), 'e' (events), 'd' (deadlines), 'b' (blanks). */
    struct text_list (*names)(void *self, struct arena *arena, char what);
    bool may_use_known; /* `known(x)` stands in `applies` and `when`, never where false counts against the client */
};

struct expression; /* in node.h, for this folder alone */

/*
 * Parses and checks `text`, which stands at `place` in a rule file. NULL when anything is wrong; then at least one
 * finding was added, each at the place of the part that is wrong. `wanted` is the type that is due there.
 */
const struct expression *expression_parse(struct arena *arena, struct text text, struct place place,
                                          const struct scope *scope, const struct type *wanted,
                                          struct findings *findings);
/* As written. */
struct text expression_text(const struct expression *expression);
struct type expression_type(const struct expression *expression);

/*
 * Every name (also `on`) and call in it, in order, each once. For circles, for thresholds, for "which facts does this
 * rule read".
 */
enum use_kind { USE_SYMBOL, USE_HAPPENED, USE_DUE, USE_MISSED, USE_SILENT };
struct use {
    enum use_kind kind;
    const struct symbol *symbol; /* USE_SYMBOL, also inside known(...) */
    struct text name;            /* the event, deadline or blank */
    size_t index;
};
struct uses {
    struct use *items;
    size_t count, capacity;
};
void expression_uses(struct arena *arena, const struct expression *expression, struct uses *uses);

/*
 * The literals that `symbol` is compared with anywhere in it (also through one_of, and +/- of a literal, and
 * days_between/months_between/years_between/add on it with `on` or a literal): the values at which the expression may
 * change. For booleans and one_of texts nothing is added: their values are few. `on` is the date judged.
 *
 * True when they are all: as long as the other names keep their values, the expression keeps its own between two
 * neighbouring thresholds. False when `symbol` is compared with another name, or otherwise than by whole steps.
 */
bool expression_thresholds(struct arena *arena, const struct expression *expression, const struct symbol *symbol,
                           struct date on, struct scalar **items, size_t *count, size_t *capacity);

/*
 * The expression with names put in the place of what they stand for: a literal, or another expression. What
 * `known(...)` asks about is left as it is. For thresholds through derived names, and for what is known already.
 */
enum substitute { SUBSTITUTE_NOTHING, SUBSTITUTE_LITERAL, SUBSTITUTE_EXPRESSION };
struct substitution {
    void *self;
    enum substitute (*find)(void *self, const struct symbol *symbol, struct scalar *literal,
                            const struct expression **expression);
};
const struct expression *expression_substitute(struct arena *arena, const struct expression *expression,
                                               const struct substitution *substitution);
/* Does `known(...)` stand in it? Then a fact that is stated later may change even what is true or false now. */
bool expression_asks_known(const struct expression *expression);

/*
 * Which of the three values it can have at all, whatever the case: bits. What is left out is impossible (a count is
 * never unknown, `silent` never anything else), as long as no computation fails; what is there need not be possible,
 * since parts are taken one by one.
 * `symbol` says the same of a name; of one that is no boolean "known" is both bits.
 */
enum { POSSIBLE_TRUE = 1, POSSIBLE_FALSE = 2, POSSIBLE_UNKNOWN = 4 };
struct possibility {
    const void *self;
    unsigned (*symbol)(const void *self, const struct symbol *symbol);
};
unsigned expression_possible(const struct expression *expression, const struct possibility *possibility);

/* How names get their values. The reader records what was read (facts, events) on its own. */
struct reader {
    void *self;
    struct arena *arena; /* for causes and texts made while evaluating */
    struct date on;
    struct answer (*symbol)(void *self, const struct symbol *symbol);
    struct answer (*happened)(void *self, size_t event);
    struct answer (*due)(void *self, size_t deadline);
    struct answer (*missed)(void *self, size_t deadline);
};

/* Total and pure: every part is evaluated, nothing fails; what cannot be computed is unknown with its reason. */
struct answer expression_evaluate(const struct expression *expression, const struct reader *reader);
/*
 * The expression as a tree with the value of each part, for traces and "why not":
 * {"text": "a and b", "value": false, "parts": [{"text": "a", "value": true}, {"text": "b", "state": "unknown"}]}.
 * `value` where it is known (money as text with two decimals), else `state` (unknown, silent, failed). An `add` that
 * was cut to the month's end has `"clamped": true`. Literals have no entry.
 */
struct value *expression_explain(const struct expression *expression, const struct reader *reader);
/* A scalar as decisions write it: money is text with two decimals. */
struct value *scalar_value(struct arena *arena, struct scalar scalar);

#endif
