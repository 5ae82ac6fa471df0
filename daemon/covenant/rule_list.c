/* Everything in a covenant that has an id, and what of it rests on an assumption. */
#include "covenant/parse.h"

struct walk {
    struct arena *arena;
    struct rule_list *list;
};

static void add_rule(struct walk *walk, const char *kind, const struct rule *rule)
{
    struct rule_item *item =
        arena_push(walk->arena, &walk->list->items, &walk->list->count, &walk->list->capacity, sizeof *walk->list->items);
    *item = (struct rule_item){kind, rule->id, rule->place, rule, NULL};
}

static void add_action(struct walk *walk, const struct action *action)
{
    if (!action)
        return;
    struct text id = action->id;
    /* Without an id of its own it has its rule's: the same text in the same place. */
    for (size_t i = 0; i < walk->list->count; i++)
        if (id.at && walk->list->items[i].id.at == id.at)
            id = (struct text){0};
    struct rule_item *item =
        arena_push(walk->arena, &walk->list->items, &walk->list->count, &walk->list->capacity, sizeof *walk->list->items);
    *item = (struct rule_item){"action", id, action->place, NULL, action};
}

static void add_actions(struct walk *walk, const struct action *actions, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_action(walk, &actions[i]);
}

static void add_requirements(struct walk *walk, const char *kind, const struct requirement *requirements, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add_rule(walk, kind, &requirements[i].rule);
        add_action(walk, requirements[i].otherwise);
    }
}

static void add_eligibility(struct walk *walk, const struct eligibility *eligibility)
{
    add_requirements(walk, "requirement", eligibility->requirements, eligibility->requirements_count);
    for (size_t i = 0; i < eligibility->exceptions_count; i++)
        add_rule(walk, "exception", &eligibility->exceptions[i].rule);
    add_requirements(walk, "condition", eligibility->conditions, eligibility->conditions_count);
}

static void add_support(struct walk *walk, const struct support *support)
{
    if (support->mandatory)
        add_rule(walk, "mandatory support", &support->mandatory->rule);
    if (support->minimum)
        add_rule(walk, "minimum of support", &support->minimum->rule);
    for (size_t i = 0; i < support->phases_count; i++)
        add_rule(walk, "phase", &support->phases[i].rule);
    for (size_t i = 0; i < support->steps_count; i++)
        add_rule(walk, "step", &support->steps[i].rule);
    for (size_t i = 0; i < support->refusals_count; i++)
        add_rule(walk, "refusal", &support->refusals[i].rule);
}

static void add_contracts(struct walk *walk, const struct contracts *contracts)
{
    for (size_t i = 0; i < contracts->kinds_count; i++)
        add_rule(walk, "contract kind", &contracts->kinds[i].rule);
    for (size_t i = 0; i < contracts->advice_count; i++)
        add_rule(walk, "contract advice", &contracts->advice[i].rule);
    for (size_t i = 0; i < contracts->conversions_count; i++) {
        const struct conversion *conversion = &contracts->conversions[i];
        add_rule(walk, "conversion", &conversion->rule);
        add_requirements(walk, "conversion requirement", conversion->requirements, conversion->requirements_count);
        add_action(walk, conversion->otherwise);
    }
}

static void add_nuisance(struct walk *walk, const struct nuisance *nuisance)
{
    for (size_t i = 0; i < nuisance->levels_count; i++) {
        add_rule(walk, "nuisance level", &nuisance->levels[i].rule);
        add_actions(walk, nuisance->levels[i].actions, nuisance->levels[i].actions_count);
    }
    if (nuisance->relapse) {
        add_rule(walk, "relapse", &nuisance->relapse->rule);
        add_actions(walk, nuisance->relapse->actions, nuisance->relapse->actions_count);
    }
    add_requirements(walk, "termination requirement", nuisance->before_termination, nuisance->before_termination_count);
}

struct rule_list rules_of(struct arena *arena, const struct covenant *covenant)
{
    struct rule_list list = {0};
    struct walk walk = {arena, &list};
    add_eligibility(&walk, &covenant->eligibility);
    add_support(&walk, &covenant->support);
    for (size_t i = 0; i < covenant->deadlines_count; i++) {
        add_rule(&walk, "deadline", &covenant->deadlines[i].rule);
        add_action(&walk, covenant->deadlines[i].when_missed);
    }
    add_contracts(&walk, &covenant->contracts);
    add_nuisance(&walk, &covenant->nuisance);
    for (size_t i = 0; i < covenant->housing_count; i++)
        add_rule(&walk, "housing rule", &covenant->housing[i].rule);
    for (size_t i = 0; i < covenant->journey_count; i++) {
        add_rule(&walk, "stage", &covenant->journey[i].rule);
        add_actions(&walk, covenant->journey[i].then, covenant->journey[i].then_count);
    }
    for (size_t i = 0; i < covenant->blanks_count; i++)
        add_rule(&walk, "blank", &covenant->blanks[i].rule);
    for (size_t i = 0; i < covenant->guarantees_count; i++)
        add_rule(&walk, "guarantee", &covenant->guarantees[i].rule);
    return list;
}

/* ---- what rests on an assumption ---- */

void rule_assumptions(struct arena *arena, const struct rule *rule, struct text_list *assumptions)
{
    if (!rule->id.at)
        return;
    for (size_t i = 0; i < rule->sources_count; i++)
        if (rule->sources[i].is->kind == SOURCE_ASSUMPTION)
            text_list_add_sorted(arena, assumptions, rule->id);
    for (size_t i = 0; i < rule->assumed.count; i++) {
        struct text key = rule->assumed.items[i];
        bool beside = text_is(key, "ongoing_cases"); /* stands beside in_force, whose source it has */
        text_list_add_sorted(arena, assumptions,
                             beside ? key : text_format(arena, "%.*s.%.*s", TEXT_ARGS(rule->id), TEXT_ARGS(key)));
    }
}

struct text_list assumptions_of(struct arena *arena, const struct covenant *covenant)
{
    struct text_list assumptions = {0};
    struct rule_list list = rules_of(arena, covenant);
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i].rule)
            rule_assumptions(arena, list.items[i].rule, &assumptions);
    rule_assumptions(arena, &covenant->in_force_rule, &assumptions);
    rule_assumptions(arena, &covenant->contracts.rule, &assumptions);
    rule_assumptions(arena, &covenant->nuisance.rule, &assumptions);
    return assumptions;
}
