/*
 * The parts that sections build a decision of: reasons, what is missing, actions, next steps. A decision is a value
 * with its reasons; its shapes are public (schemas/decision.json).
 */
#ifndef ENGINE_DECISION_H
#define ENGINE_DECISION_H

#include "engine/section.h"

/* The texts of a rule with `{fact}` filled in; {"nl", "en"}. */
struct value *says_value(struct view *view, const struct says *says);
/* [{"is", "at", "title", "kind"}] */
struct value *sources_value(struct arena *arena, const struct rule *rule);
/* The decision rests on this rule: notes its assumptions ("N2", "N1.enter"). */
void rule_used(struct deciding *deciding, const struct rule *rule);
/* This section used a rule of another version than the case's own. */
void version_used(struct deciding *deciding, enum section section, const struct covenant *covenant);

/* The same three without noting that the decision rests on it: of a rule that is only shown. */
struct value *rule_shown(struct view *view, const struct rule *rule);
/* {"rule", "says", "source"}: what every object that speaks of a rule begins with. */
struct value *rule_value(struct view *view, const struct rule *rule);
/* A whole reason. `verdict.requirement` may be NULL: then `rule` is given by the caller. */
struct value *reason_value(struct view *view, const struct rule *rule, const struct verdict *verdict);
/* A reason for a rule that is one condition (a step, a refusal, a housing rule, a stage). */
struct value *judged_reason(struct view *view, const struct rule *rule, const struct judged *judged);
/* state of a judged condition, as a reason shows it */
enum reason_state judged_state(const struct judged *judged);
const char *reason_state_name(enum reason_state state);
/* The date or other scalar of a known answer into a member; nothing when unknown. */
void set_answer(struct arena *arena, struct value *object, const char *name, struct answer answer);

/*
 * What is missing, gathered while a section judges: each fact or event once, with the rules that ask for it, in the
 * order in which the covenant asks.
 */
struct missing {
    struct deciding *deciding;
    struct missing_item {
        enum cause_kind kind; /* CAUSE_FACT or CAUSE_EVENT */
        struct text name;
        struct text_list rules;
        struct value *suffices; /* NULL: none */
    } *items;
    size_t count, capacity;
    const struct cause *open; /* what failed, and on what the covenant is silent: no answer mends that */
};
void missing_init(struct missing *missing, struct deciding *deciding);
void missing_add(struct missing *missing, const struct cause *causes, struct text rule);
/* For this fact a threshold is enough: "on or before 2004-09-26". */
void missing_suffices(struct missing *missing, struct text fact, struct value *suffices);
/* Sets `missing` of a section when there is any, and notes the questions as next steps. */
void missing_set(struct missing *missing, struct value *section);

/* Only the next steps: questions that change no outcome, but that somebody must answer all the same. */
void missing_ask(const struct missing *missing);

/* An action into next steps. `since` is when its term starts; `because` the rule or deadline that asks. */
struct step {
    struct text id, who; /* `who`: a role's name; absent when nobody in particular */
    const struct value *does; /* {"nl", "en"} */
    struct value *due;        /* NULL: none */
    bool overdue;
    struct text because;
};
void step_add(struct deciding *deciding, const struct step *step);
/*
 * An action judged from `since`: due, done (by the first such event on or after its start), overdue.
 * {"id", "who", "does", "due", "status"}; when open or overdue it is also a next step because of `because`.
 */
struct value *action_value(struct view *view, const struct action *action, const struct rule *rule, struct date since,
                           const struct entry *started_by, bool as_step);
struct text role_name(const struct deciding *deciding, size_t role);

/* The trace, when asked: a rule with its value, its conditions with the value of each part. */
void trace_rule(struct view *view, const char *section, const struct rule *rule, const struct expression *condition,
                const char *condition_name, const struct entry *entry, const struct judged *judged);
/* The same for a condition that is judged for the trace alone. */
void trace_condition(struct view *view, const char *section, const struct rule *rule,
                     const struct expression *condition, const char *condition_name);
/* `applies` and `require` of a requirement. */
void trace_requirement(struct view *view, const char *section, const struct requirement *requirement);

#endif
