#include "covenant/parse.h"

static struct hours hours_of(struct reading *reading, const struct node *map)
{
    const struct node *node = node_get(map, "hours_per_month");
    struct hours hours = {0};
    hours.has_min = read_integer(node, "min", &hours.min);
    hours.has_max = read_integer(node, "max", &hours.max);
    if (hours.has_min && hours.has_max && hours.min > hours.max)
        findings_add(reading->findings, SEVERITY_ERROR, "min_above_max", node_get(node, "min")->place, node_get(node, "min")->width,
                     "at least %lld hours is more than at most %lld", hours.min, hours.max);
    return hours;
}

static void read_phases(struct reading *reading, const struct node *list, struct support *support)
{
    support->phases_count = list ? list->count : 0;
    struct support_phase *phases =
        ARENA_ARRAY(reading->arena, support->phases_count ? support->phases_count : 1, struct support_phase);
    for (size_t i = 0; i < support->phases_count; i++)
        phases[i] = (struct support_phase){.rule = read_rule(reading, list->items[i], NULL),
                                           .phase = read_text(list->items[i], "phase"),
                                           .hours = hours_of(reading, list->items[i])};
    support->phases = phases;
}

static void read_steps(struct reading *reading, const struct node *list, struct support *support)
{
    const struct text_list *phases = &reading->names->phases;
    support->steps_count = list ? list->count : 0;
    struct support_step *steps = ARENA_ARRAY(reading->arena, support->steps_count ? support->steps_count : 1, struct support_step);
    for (size_t i = 0; i < support->steps_count; i++) {
        const struct node *item = list->items[i], *to = node_get(item, "to");
        struct support_step *step = &steps[i];
        step->rule = read_rule(reading, item, NULL);
        step->from = read_name_of(reading, node_get(item, "from"), phases, "phase", "unknown_phase");
        step->to = read_is(item, "to", "ended") ? PHASE_ENDED : read_name_of(reading, to, phases, "phase", "unknown_phase");
        step->has_after = read_days(reading, item, "after", &step->after);
        step->require = read_condition(reading, item, "require", 0);
        if (to && step->from != NOT_FOUND && step->from == step->to)
            findings_add(reading->findings, SEVERITY_ERROR, "step_nowhere", to->place, to->width,
                         "a step from `%.*s` to itself is no step", TEXT_ARGS(to->text));
        bool up = step->from != NOT_FOUND && step->to < step->from;
        const struct node *after = node_get(item, "after");
        if (up && after)
            findings_add(reading->findings, SEVERITY_ERROR, "step_up_waits", after->place, after->width,
                         "a step up is taken at once, so `after` has no meaning here");
    }
    support->steps = steps;
}

static void read_refusals(struct reading *reading, const struct node *list, struct support *support)
{
    support->refusals_count = list ? list->count : 0;
    struct support_refusal *refusals =
        ARENA_ARRAY(reading->arena, support->refusals_count ? support->refusals_count : 1, struct support_refusal);
    for (size_t i = 0; i < support->refusals_count; i++) {
        const struct node *item = list->items[i];
        refusals[i].rule = read_rule(reading, item, NULL);
        refusals[i].when = read_condition(reading, item, "when", CONDITION_MAY_USE_KNOWN);
        refusals[i].outcome = read_is(item, "outcome", "ends_participation")  ? REFUSAL_ENDS_PARTICIPATION
                              : read_is(item, "outcome", "ends_lease_option") ? REFUSAL_ENDS_LEASE_OPTION
                                                                              : REFUSAL_BREACH;
    }
    support->refusals = refusals;
}

void parse_support(struct reading *reading, const struct node *root, struct support *support)
{
    const struct node *map = node_get(root, "support");
    const struct node *mandatory = node_get(map, "mandatory"), *minimum = node_get(map, "minimum");
    if (!map)
        return;
    support->written = true;
    if (mandatory) {
        struct support_mandatory *made = ARENA_NEW(reading->arena, struct support_mandatory);
        made->rule = read_rule(reading, mandatory, NULL);
        made->when = read_condition(reading, mandatory, "when", CONDITION_MAY_USE_KNOWN);
        support->mandatory = made;
    }
    if (minimum) {
        struct support_minimum *made = ARENA_NEW(reading->arena, struct support_minimum);
        made->rule = read_rule(reading, minimum, NULL);
        read_days(reading, minimum, "term", &made->term);
        support->minimum = made;
    }
    read_phases(reading, node_get(map, "phases"), support);
    read_steps(reading, node_get(map, "steps"), support);
    read_refusals(reading, node_get(map, "refusal"), support);
}
