/*
 * From trees to the model: what the parse files share. Only the covenant folder includes it.
 *
 * Every tree has been through shape_check: what is there has the right kind, and what is not there is absent. So these
 * functions report only what a table cannot know: names that do not exist, types, ids twice. They go on after a
 * finding; what could not be read is zeroed, and the whole is not used when there was an error.
 */
#ifndef COVENANT_PARSE_H
#define COVENANT_PARSE_H

#include "covenant/names.h"
#include "covenant/rule_list.h"
#include "covenant/shape.h"
#include "covenant/yaml.h"

/*
 * Names that were not found, by file: the same one in several places is one mistake (a name that is written wrong where
 * it is defined, most likely), so one finding that tells the lines.
 */
struct unknown_name {
    const struct source_file *file;
    const char *code;
    struct text name;
    size_t finding;           /* its index */
    size_t lines[4];          /* the first places; more are not told */
    size_t lines_count;
};
struct unknown_names {
    struct unknown_name *items;
    size_t count, capacity;
};

/* What parsing one covenant (or the law) carries along. */
struct reading {
    struct arena *arena;
    struct findings *findings;
    struct names *names;
    const struct source *sources;
    size_t sources_count;
    struct unknown_names *unknown;
    bool broken; /* something with a name was taken out: nobody is blamed for a name that is not found */
};

/* What the national files say, besides the vocabulary. */
struct national {
    struct vocabulary vocabulary;
    struct calendar calendar;
    const struct node *derived;   /* of vocabulary.yaml; NULL: none */
    const struct node *deadlines; /* of law.yaml */
    const struct source *sources; /* of law.yaml */
    size_t sources_count;
    const struct deadline *law; /* parsed for the law's own sake: shape of the anchors */
    size_t law_count;
    struct unknown_names unknown; /* of the whole load */
    bool broken;                  /* as in struct reading */
};

/* ---- parse.c: scalars and references ---- */
bool read_flag(const struct node *map, const char *key);
struct text read_text(const struct node *map, const char *key);
struct says read_says(const struct node *map, const char *key);
bool read_date(const struct node *map, const char *key, struct date *date);
bool read_term(const struct node *map, const char *key, struct term *term);
/* The same where hours have no meaning: those are a finding. */
bool read_days(struct reading *reading, const struct node *map, const char *key, struct term *term);
bool read_integer(const struct node *map, const char *key, long long *value);
bool read_is(const struct node *map, const char *key, const char *choice);
struct term_or_blank read_term_or_blank(struct reading *reading, const struct node *map, const char *key);
enum regime read_regime(const struct node *map);
struct scalar read_literal(const struct node *node);
/* A type from `type` or `one_of`; false when neither is there. */
bool read_type(struct reading *reading, const struct node *map, struct type *type);
/* Says that there is no `what` of that name, with the nearest that there is. */
void report_unknown(struct reading *reading, const char *code, const struct node *node, const char *what,
                    const struct text_list *known);
size_t read_role(struct reading *reading, const struct node *node);
size_t read_event(struct reading *reading, const struct node *node);
/* NOT_FOUND when the key is absent or there is no such name (then reported). */
size_t read_name_of(struct reading *reading, const struct node *node, const struct text_list *names, const char *what,
                    const char *code);
/* What stands as one name or a list of them: the nodes, in order. */
const struct node *const *read_some(struct arena *arena, const struct node *node, size_t *count);
struct role_set read_roles(struct reading *reading, const struct node *map, const char *key);

/* ---- parse_condition.c ---- */
enum { CONDITION_MAY_USE_KNOWN = 1, CONDITION_OF_A_REPORT = 2 };
const struct expression *read_condition(struct reading *reading, const struct node *map, const char *key, int options);
const struct expression *read_expression(struct reading *reading, struct names *names, const struct node *node,
                                         const struct type *wanted, bool may_use_known);
enum { ANCHOR_MAY_BE_DATE = 1, ANCHOR_MAY_BE_DEADLINE = 2 };
struct anchor read_anchor(struct reading *reading, const struct node *node, int options);
const struct pause *read_pauses(struct reading *reading, const struct node *map, size_t *count);

/* ---- parse_rule.c ---- */
const struct source *read_sources(struct arena *arena, const struct node *map, size_t *count);
void read_references(struct reading *reading, const struct node *map, const struct rule *outer, struct rule *rule);
/* The same as read_says, for texts in which `{fact}` is filled in. */
struct says read_filled(struct reading *reading, const struct node *map, const char *key);
struct rule read_rule(struct reading *reading, const struct node *map, const struct rule *outer);
const struct action *read_action(struct reading *reading, const struct node *map, const char *key, const struct rule *rule);
const struct action *read_actions(struct reading *reading, const struct node *map, const char *key, const struct rule *rule,
                                  size_t *count);
const struct requirement *read_requirements(struct reading *reading, const struct node *map, const char *key,
                                            const struct rule *outer, size_t *count);

/* ---- one noun each ---- */
void parse_vocabulary(struct reading *reading, const struct node *root, struct vocabulary *vocabulary);
/*
 * A region's vocabulary: the national one, and the facts and events of its versions (`roots`, some may be NULL). Two
 * versions may say the same of a name, never something else.
 */
void parse_own_vocabulary(struct reading *reading, const struct vocabulary *national, const struct node *const *roots, size_t count,
                          struct vocabulary *vocabulary);
void parse_calendar(struct reading *reading, const struct node *root, struct calendar *calendar);
void parse_retention(struct reading *reading, const struct node *root, struct rules *rules);
void check_retention(const struct rules *rules, struct arena *arena, struct findings *findings);
void parse_derived(struct reading *reading, const struct node *national, const struct node *root, struct covenant *covenant);
void parse_eligibility(struct reading *reading, const struct node *root, struct eligibility *eligibility);
void parse_support(struct reading *reading, const struct node *root, struct support *support);
void parse_deadline(struct reading *reading, const struct node *map, struct deadline *deadline);
void parse_contracts(struct reading *reading, const struct node *root, struct contracts *contracts);
void parse_nuisance(struct reading *reading, const struct node *root, struct nuisance *nuisance);
void parse_housing(struct reading *reading, const struct node *root, struct covenant *covenant);
void parse_journey(struct reading *reading, const struct node *root, struct covenant *covenant);
void parse_blanks(struct reading *reading, const struct node *root, struct covenant *covenant);
void parse_guarantees(struct reading *reading, const struct node *root, struct covenant *covenant);

/* ---- a version as a whole ---- */

/* One covenant.yaml, on its way to a covenant. */
struct version_file {
    const struct source_file *file;
    struct text region, version; /* the folders' names */
    struct node *root;           /* through shape_check; NULL when it could not be read */
    struct node *merged;         /* with what it takes from the version it is based on */
    struct version_file *base;
    enum { BASE_UNKNOWN, BASE_SOUGHT, BASE_FOUND } base_state; /* while it is sought, who asks again stands in a circle */
    bool broken;
    struct covenant *covenant; /* NULL when there is nothing to make one of */
};

/* inherit.c: fills in `merged` and `base` of all versions of a region. */
void inherit(struct arena *arena, struct version_file *versions, size_t count, struct findings *findings);

/* parse_law.c */
void parse_law(struct reading *reading, const struct node *root, struct national *national);
/* parse_covenant.c: `merged` into a covenant of `region`; `files` for its Lua file. */
struct covenant *parse_covenant(struct arena *arena, const struct version_file *version, const struct region *region,
                                struct national *national, const struct file_set *files, struct findings *findings);

/* check.c: what only the whole covenant can tell: ids, windows, circles. */
void check_covenant(struct arena *arena, const struct covenant *covenant, struct findings *findings);
/* check_versions.c: overlaps, gaps, ids that change their kind. `versions` in order of their first day. */
void check_versions(struct arena *arena, const struct covenant *const *versions, size_t count, struct findings *findings);

/* What rests on an assumption, sorted: "N2", "N1.enter". */
struct text_list assumptions_of(struct arena *arena, const struct covenant *covenant);

#endif
