/*
 * The model: what the rule files say, checked and compiled, and nothing else. All of it is immutable once loaded and
 * lives in the edition's arena.
 *
 *     rules                      one load of a rules folder
 *       calendar, law            rules/national
 *       region                   one vocabulary, versions in order of their first day
 *         covenant               one version: sections
 *           section              rules with id, says, source, and conditions
 *
 * Names in rule files (facts, events, deadlines, kinds) have become indexes; a text that people read is kept as text.
 * "Absent" is a zeroed text, a NULL expression, a `has_...` that is false, or a count of 0.
 */
#ifndef COVENANT_MODEL_H
#define COVENANT_MODEL_H

#include "base/calendar.h"
#include "base/digest.h"
#include "base/files.h"
#include "covenant/vocabulary.h"
#include "expression/expression.h"

/* ---- what every rule has ---- */

enum source_kind { SOURCE_PUBLICATION, SOURCE_AGREEMENT, SOURCE_LAW, SOURCE_ASSUMPTION };

struct source {
    struct text key, title, url, date, note;
    enum source_kind kind;
};

struct source_reference {
    const struct source *is;
    struct text at; /* "art. 3"; absent for the whole */
};

/* Whatever decides. What stands inside a rule that has a source inherits it: `sources` is then the outer rule's. */
struct rule {
    struct text id;
    struct says says;
    const struct source_reference *sources;
    size_t sources_count;
    struct text_list assumed; /* keys that its source does not give */
    struct place place;
};

/* Adds what this rule rests on: its id when its source is an assumption, `ID.key` for each key that is assumed. */
void rule_assumptions(struct arena *arena, const struct rule *rule, struct text_list *assumptions);

/* ---- building blocks ---- */

struct action {
    struct text id; /* absent ids get the rule's id */
    size_t who;     /* role */
    struct says does;
    bool has_within;
    struct term within;
    enum regime regime;
    size_t done_by;  /* event, or NOT_FOUND */
    size_t before;   /* deadline (a window) that it is due to close, or NOT_FOUND */
    struct place place;
};

struct requirement {
    struct rule rule;
    const struct expression *applies; /* NULL: always */
    const struct expression *require;
    const struct action *otherwise; /* NULL: none */
};

/* Where a term starts or a pause ends: an event, a date name (fact, derived or section name), another deadline. */
enum anchor_kind { ANCHOR_NONE, ANCHOR_EVENT, ANCHOR_SYMBOL, ANCHOR_DEADLINE };

struct anchor {
    enum anchor_kind kind;
    size_t index;                /* event or deadline */
    const struct symbol *symbol; /* ANCHOR_SYMBOL; of type date */
    struct text name;            /* as written */
};

/* A term, or `silent(O1)` in its place. */
struct term_or_blank {
    bool has;   /* something is written */
    size_t blank; /* index in `blanks`, or NOT_FOUND when `term` holds */
    struct term term;
};

struct pause {
    struct anchor from, until;
    bool has_at_most, has_longer_than;
    struct term at_most, longer_than;
};

/* ---- derived names ---- */

enum derived_kind { DERIVED_OF, DERIVED_COUNT, DERIVED_FIRST, DERIVED_LAST, DERIVED_LUA };

enum argument_kind { ARGUMENT_SYMBOL, ARGUMENT_EVENT, ARGUMENT_LITERAL };

struct argument {
    enum argument_kind kind;
    const struct symbol *symbol;
    size_t event;
    struct scalar literal;
};

struct derived {
    struct text name;
    enum derived_kind kind;
    struct type type;
    const struct expression *of;
    size_t event;                   /* count, first, last */
    const struct expression *where; /* attributes and event_date are names in it */
    size_t take;                    /* attribute, or NOT_FOUND for the date */
    struct anchor since;
    bool has_within;
    struct term within;
    struct text function;           /* lua */
    const struct argument *arguments;
    size_t arguments_count;
    struct place place;
};

/* Names that sections give (SYMBOL_SECTION's index). */
enum section_name {
    NAME_ELIGIBLE,
    NAME_SUPPORT_PHASE,
    NAME_PHASE_STARTED,
    NAME_CONTRACT_KIND,
    NAME_CONTRACT_SINCE,
    NAME_NUISANCE_LEVEL,
    NAME_STAGE,
    NAME_COUNT
};

/* ---- sections ---- */

enum section {
    SECTION_ELIGIBILITY,
    SECTION_SUPPORT,
    SECTION_DEADLINES,
    SECTION_CONTRACT,
    SECTION_NUISANCE,
    SECTION_HOUSING,
    SECTION_JOURNEY,
    SECTION_NEXT_STEPS,
    SECTION_COUNT
};
/* As `questions` and decisions write them: "eligibility", "contract", ... */
extern const char *const section_names[SECTION_COUNT];

struct exception {
    struct rule rule;
    struct text_list waives;      /* ids of requirements */
    size_t by_hardship;           /* role whose hardship_granted waives, or NOT_FOUND */
    const struct expression *when; /* or a condition; NULL when by hardship */
};

struct eligibility {
    bool written;
    const struct requirement *requirements;
    size_t requirements_count;
    const struct exception *exceptions;
    size_t exceptions_count;
    const struct requirement *conditions; /* "provided that" */
    size_t conditions_count;
};

struct hours {
    bool has_min, has_max;
    long long min, max; /* whole hours a month */
};

struct support_phase {
    struct rule rule;
    struct text phase;
    struct hours hours;
};

#define PHASE_ENDED ((size_t)-2) /* `to: ended` */

struct support_step {
    struct rule rule;
    size_t from, to; /* index of the phase; `to` may be PHASE_ENDED. Down when `to` is later than `from`, or ended */
    bool has_after;
    struct term after; /* since the phase began */
    const struct expression *require; /* NULL: nothing but `after` */
};

enum refusal_outcome { REFUSAL_BREACH, REFUSAL_ENDS_PARTICIPATION, REFUSAL_ENDS_LEASE_OPTION };

struct support_refusal {
    struct rule rule;
    const struct expression *when;
    enum refusal_outcome outcome;
};

struct support_mandatory {
    struct rule rule;
    const struct expression *when;
};

/* How long support lasts at least, in total, whatever the phase; ending is not possible before. */
struct support_minimum {
    struct rule rule;
    struct term term;
};

struct support {
    bool written;
    const struct support_mandatory *mandatory; /* NULL: none written */
    const struct support_minimum *minimum;     /* NULL: none written */
    const struct support_phase *phases;
    size_t phases_count;
    const struct support_step *steps;
    size_t steps_count;
    const struct support_refusal *refusals;
    size_t refusals_count;
};

struct deadline {
    struct rule rule;
    bool by_law;                      /* came by `include` from national/law.yaml */
    bool has_from, has_until;         /* by law: in force */
    struct date from, until;          /* `until` is the last day */
    const struct expression *applies; /* NULL: always */
    size_t owner;                     /* role */
    struct anchor starts;
    struct term_or_blank target, limit;
    bool same_day; /* counts_from: same_day */
    enum regime regime;
    /* A window instead of a term: from `opens` to `closes` before the anchor. */
    struct anchor counts_back_from;
    struct term opens, closes;
    const size_t *met_by; /* events, any of them */
    size_t met_by_count;
    const struct pause *pauses;
    size_t pauses_count;
    bool best_efforts; /* duty: best_efforts */
    const struct action *when_missed;
    struct says when_passed; /* `by_law:` text for contract.warnings: what happens by law if nobody acts; may be absent */
};

struct contract_kind {
    struct rule rule; /* id is its name */
    size_t tenant;    /* role */
    bool has_fixed_term;
    struct term fixed_term;
    const struct expression *applies; /* may it be signed; judged on the day of signing */
};

struct contract_advice {
    struct rule rule;
    size_t kind;
    const struct expression *when;
};

struct conversion {
    struct rule rule;
    size_t from, to; /* kinds */
    struct term after;
    const struct pause *pauses;
    size_t pauses_count;
    bool convert_by_default; /* default: convert */
    const struct requirement *requirements;
    size_t requirements_count;
    const size_t *approved_by; /* roles, in order */
    size_t approved_by_count;
    const struct action *otherwise;
};

struct contracts {
    bool written;
    struct rule rule; /* of the section: source, assumed */
    const struct contract_kind *kinds;
    size_t kinds_count;
    size_t advised_by; /* role, or NOT_FOUND */
    const struct contract_advice *advice;
    size_t advice_count;
    const struct conversion *conversions;
    size_t conversions_count;
};

struct nuisance_level {
    struct rule rule;
    const struct expression *enter;   /* attributes of the report are names in it */
    const struct expression *at_once; /* NULL: never */
    const struct action *actions;
    size_t actions_count;
    bool has_quiet;
    struct term quiet;
};

struct relapse {
    struct rule rule;
    const struct expression *when;
    const struct action *actions;
    size_t actions_count;
};

struct nuisance {
    bool written;
    struct rule rule;               /* of the section: source, assumed */
    bool governed_by_event;         /* each report is judged by the version of its date */
    const struct expression *counts; /* NULL: every report counts */
    const struct nuisance_level *levels;
    size_t levels_count;
    const struct relapse *relapse; /* NULL: none */
    const struct requirement *before_termination;
    size_t before_termination_count;
};

struct advised {
    struct text name; /* `rooms_max` */
    struct scalar literal;
    size_t fact; /* takes this fact's value; NOT_FOUND when literal */
};

struct housing_rule {
    struct rule rule;
    const struct expression *when;
    const struct advised *advise;
    size_t advise_count;
};

struct stage {
    struct rule rule;
    struct text stage;
    const struct expression *when;
    const struct action *then;
    size_t then_count;
};

struct blank {
    struct rule rule;
};

struct guarantee {
    struct rule rule;
    const struct expression *never;
    bool about[SECTION_COUNT];
};

/* ---- a version ---- */

struct party {
    size_t role;
    struct text name;
};

struct covenant {
    const struct region *region;
    struct text version;
    struct says title;
    struct rule in_force_rule; /* source and assumed of in_force */
    struct date from;          /* first day in force */
    bool has_until;
    struct date until; /* last day */
    bool ongoing_cases_move;
    const struct covenant *based_on;
    const struct party *parties;
    size_t parties_count;
    const struct source *sources;
    size_t sources_count;
    const struct derived *derived;
    size_t derived_count;
    struct eligibility eligibility;
    struct support support;
    const struct deadline *deadlines; /* its own, then the included ones by law */
    size_t deadlines_count;
    bool deadlines_written;
    struct contracts contracts;
    struct nuisance nuisance;
    const struct housing_rule *housing;
    size_t housing_count;
    bool housing_written;
    const struct stage *journey;
    size_t journey_count;
    bool journey_written;
    const struct blank *blanks;
    size_t blanks_count;
    const struct guarantee *guarantees;
    size_t guarantees_count;
    const struct source_file *lua; /* NULL: no functions */
    struct text folder;            /* "almere/2022" */
    struct digest digest;          /* of every file it depends on: its own, its base's, the national ones */
    struct place place;
    struct text_list assumptions;  /* everything in it that rests on an assumption: "N2", "N1.enter", sorted */
};

struct region {
    struct text name;
    struct vocabulary vocabulary; /* national, then the region's own of all versions */
    const struct covenant *const *versions; /* in order of their first day */
    size_t versions_count;
};

/* An example: a case and what is expected of it; read by engine/example. */
struct example {
    const struct source_file *file;
    const struct region *region;
    const struct node *root; /* a map with `case` and `expect` */
};

/* How long what is recorded of a case is kept, by the kind of record: in one region, or (`region` absent) in all others. */
struct retention_term {
    struct text kind, region;
    struct term keep;
    struct says says;
    const struct node *node;
};

struct rules {
    const struct file_set *files;
    const struct retention_term *retention;
    size_t retention_count;
    struct calendar calendar;
    struct vocabulary national;
    const struct region *const *regions; /* by name */
    size_t regions_count;
    const struct example *examples; /* by path */
    size_t examples_count;
};

/*
 * Reads and checks all rule files: shape, types, references, conditions, circles, versions. NULL when there was an
 * error; all findings at once either way. Lua functions and examples are checked by engine/edition, which calls this.
 */
const struct rules *rules_read(struct arena *arena, const struct file_set *files, struct findings *findings);
/* The region's own term for a kind of record, or the one of all regions; NULL: what is recorded is kept. */
const struct retention_term *retention_term_for(const struct rules *rules, struct text region, const char *kind);
const struct region *rules_region(const struct rules *rules, struct text name);

#endif
