/*
 * The trace: every condition of the sections that were asked, in the order in which they were judged, with the value of
 * each part and what was read. Written only when it is asked; what it shows is what decided.
 */
#include "engine/decision.h"

void trace_rule(struct view *view, const char *section, const struct rule *rule, const struct expression *condition,
                const char *condition_name, const struct entry *entry, const struct judged *judged)
{
    struct deciding *deciding = view_deciding(view);
    struct arena *arena = deciding->arena;
    if (!deciding->trace)
        return;
    struct value *traced = value_object(arena);
    value_set(arena, traced, "section", value_string(arena, section));
    value_set(arena, traced, "rule", value_text(arena, rule->id));
    value_set(arena, traced, "version", value_text(arena, view_covenant(view)->version));
    value_set(arena, traced, "on", value_date(arena, view_on(view)));
    value_set(arena, traced, "key", value_string(arena, condition_name));
    value_set(arena, traced, "state", value_string(arena, reason_state_name(judged_state(judged))));
    set_answer(arena, traced, "value", judged->answer);
    if (condition)
        value_set(arena, traced, "condition", view_explain(view, condition, entry));
    set_evidence(deciding, traced, &judged->evidence);
    if (!judged->answer.known)
        set_because(view, traced, judged->answer.causes);
    value_append(arena, deciding->trace, traced);
}

void trace_condition(struct view *view, const char *section, const struct rule *rule,
                     const struct expression *condition, const char *condition_name)
{
    if (!view_deciding(view)->trace)
        return;
    struct judged judged = view_judge(view, condition, NULL);
    trace_rule(view, section, rule, condition, condition_name, NULL, &judged);
}

void trace_requirement(struct view *view, const char *section, const struct requirement *requirement)
{
    if (requirement->applies)
        trace_condition(view, section, &requirement->rule, requirement->applies, "applies");
    trace_condition(view, section, &requirement->rule, requirement->require, "require");
}
