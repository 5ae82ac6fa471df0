/* The view of each section but the lease and the ladder, and of what guarantees put into them. */
#include "engine/redaction.h"

/* ---- eligibility ---- */

/* An exception shows in what it waives, and whether it is needed depends on that rule. */
static void hide_exceptions(struct redaction *redaction, const struct eligibility *eligibility)
{
    for (size_t i = 0; i < eligibility->exceptions_count; i++) {
        const struct exception *exception = &eligibility->exceptions[i];
        bool hidden = taint_exception(redaction->taint, exception);
        for (size_t w = 0; w < exception->waives.count; w++)
            hidden |= is_hidden(redaction, exception->waives.items[w]);
        if (hidden)
            hide(redaction, &exception->rule);
    }
}

/*
 * A refusal shows what fails, and only where nothing does what is open: beside a requirement that may not be shown, the
 * latter would tell that it does not fail.
 */
static void keep_failing(struct redaction *redaction, const struct eligibility *eligibility, struct value *section)
{
    struct value *failing = value_list(redaction->arena);
    struct text_list rules = {0};
    const struct value *reasons = value_get(section, "reasons"), *outcome = value_get(section, "outcome");
    if (outcome && !text_is(outcome->text, "not_eligible"))
        return;
    for (size_t i = 0; reasons && i < reasons->count; i++) {
        const struct value *value = value_get(reasons->items[i], "value");
        if (!value || value->boolean)
            continue;
        value_append(redaction->arena, failing, reasons->items[i]);
        text_list_add(redaction->arena, &rules, value_get(reasons->items[i], "rule")->text);
    }
    value_set(redaction->arena, section, "reasons", failing);
    for (size_t i = 0; i < eligibility->requirements_count; i++)
        if (!text_list_has(&rules, eligibility->requirements[i].rule.id))
            text_list_add(redaction->arena, &redaction->unused, eligibility->requirements[i].rule.id);
    for (size_t i = 0; i < eligibility->exceptions_count; i++)
        text_list_add(redaction->arena, &redaction->unused, eligibility->exceptions[i].rule.id);
}

/* What time brings is judged by the version that will govern the case then. */
static bool is_later_tainted(const struct redaction *redaction)
{
    const struct region *region = redaction->deciding->region;
    for (size_t i = 0; i < region->versions_count; i++) {
        const struct covenant *version = region->versions[i];
        if (date_compare(version->from, redaction->deciding->covenant->from) > 0 && version->ongoing_cases_move &&
            taint_eligibility(&redaction->taint->versions[i]))
            return true;
    }
    return false;
}

void redact_eligibility(struct redaction *redaction, struct value *section)
{
    const struct eligibility *eligibility = &redaction->deciding->covenant->eligibility;
    bool requirements = hide_requirements(redaction, eligibility->requirements, eligibility->requirements_count);
    bool conditions = hide_requirements(redaction, eligibility->conditions, eligibility->conditions_count);
    hide_exceptions(redaction, eligibility);
    if (requirements) {
        withhold_inferences(redaction, section);
        hide_questions(redaction, eligibility->requirements, eligibility->requirements_count);
        keep_failing(redaction, eligibility, section);
    }
    if (conditions)
        withhold_missing(redaction, section);
    if (requirements || is_later_tainted(redaction)) {
        withhold(redaction, section, "changes_on");
        withhold(redaction, section, "eligible_from");
    }
    redact_reasons(redaction, section, "reasons", eligibility->requirements, eligibility->requirements_count);
    const struct value *outcome = value_get(section, "outcome");
    bool yes = outcome && text_is(outcome->text, "eligible");
    if (yes && (conditions || value_get(section, "conditions")))
        redact_reasons(redaction, section, "conditions", eligibility->conditions, eligibility->conditions_count);
}

/* ---- support ---- */

/* Which step comes next depends on all of them: one up that holds goes before one down. */
static bool hide_steps(struct redaction *redaction, const struct support *support)
{
    bool tainted = support->minimum && taint_says(redaction->taint, &support->minimum->rule.says);
    for (size_t i = 0; i < support->steps_count; i++)
        tainted |= taint_condition(redaction->taint, support->steps[i].require) ||
                   taint_says(redaction->taint, &support->steps[i].rule.says);
    for (size_t i = 0; tainted && i < support->steps_count; i++)
        hide(redaction, &support->steps[i].rule);
    if (tainted && support->minimum)
        hide(redaction, &support->minimum->rule);
    return tainted;
}

/* The first that holds is shown. */
static bool hide_refusals(struct redaction *redaction, const struct support *support)
{
    bool tainted = false;
    for (size_t i = 0; i < support->refusals_count; i++)
        tainted |= taint_condition(redaction->taint, support->refusals[i].when) ||
                   taint_says(redaction->taint, &support->refusals[i].rule.says);
    for (size_t i = 0; tainted && i < support->refusals_count; i++)
        hide(redaction, &support->refusals[i].rule);
    return tainted;
}

void redact_support(struct redaction *redaction, struct value *section)
{
    const struct support *support = &redaction->deciding->covenant->support;
    const struct support_mandatory *mandatory = support->mandatory;
    bool required = mandatory && (taint_condition(redaction->taint, mandatory->when) ||
                                  taint_says(redaction->taint, &mandatory->rule.says));
    bool steps = hide_steps(redaction, support), refusals = hide_refusals(redaction, support);
    if (required) {
        struct value *reasons = value_list(redaction->arena);
        hide(redaction, &mandatory->rule);
        value_append(redaction->arena, reasons, withheld_rule(redaction, &mandatory->rule));
        value_set(redaction->arena, section, "reasons", reasons);
    }
    /* what settles it and when it changes may rest on other sections' rules, which are not all shown to everybody */
    if (mandatory && !text_is(redaction->taint->role, "client")) {
        withhold(redaction, section, "settled");
        withhold(redaction, section, "changes_on");
    }
    if (steps)
        withhold(redaction, section, "next");
    if (refusals)
        withhold(redaction, section, "refusal");
    if (required || steps || refusals)
        withhold_missing(redaction, section);
}

/* ---- deadlines ---- */

void redact_deadlines(struct redaction *redaction, struct value *list)
{
    const struct covenant *covenant = redaction->deciding->covenant;
    struct value *shown = value_list(redaction->arena);
    for (size_t i = 0; i < covenant->deadlines_count; i++)
        if (taint_deadline(redaction->taint, i))
            hide(redaction, &covenant->deadlines[i].rule);
    for (size_t i = 0; i < list->count; i++)
        if (!is_hidden_id(redaction, value_get(list->items[i], "id")))
            value_append(redaction->arena, shown, list->items[i]);
    for (size_t i = 0; i < covenant->deadlines_count; i++) {
        const struct deadline *deadline = &covenant->deadlines[i];
        if (!is_hidden(redaction, deadline->rule.id))
            continue;
        struct value *place = withheld_rule(redaction, &deadline->rule);
        value_remove(place, "rule");
        value_set(redaction->arena, place, "id", value_text(redaction->arena, deadline->rule.id));
        value_append(redaction->arena, shown, place);
    }
    *list = *shown;
}

/* ---- housing ---- */

static bool hide_housing_rule(struct redaction *redaction, const struct housing_rule *rule)
{
    bool tainted = taint_condition(redaction->taint, rule->when) || taint_says(redaction->taint, &rule->rule.says);
    for (size_t i = 0; i < rule->advise_count; i++)
        tainted |= rule->advise[i].fact != NOT_FOUND && taint_fact(redaction->taint, rule->advise[i].fact);
    if (tainted)
        hide(redaction, &rule->rule);
    return tainted;
}

/* Reasons of rules that hold and may be shown, then the places of those that may not; so with what they advise. */
void redact_housing(struct redaction *redaction, struct value *section)
{
    const struct covenant *covenant = redaction->deciding->covenant;
    struct value *reasons = value_get(section, "reasons"), *profile = value_get(section, "profile");
    struct value *shown = value_list(redaction->arena);
    bool any = false;
    for (size_t i = 0; i < covenant->housing_count; i++)
        any |= hide_housing_rule(redaction, &covenant->housing[i]);
    if (!any || !profile)
        return;
    for (size_t i = 0; reasons && i < reasons->count; i++)
        if (!is_hidden_id(redaction, value_get(reasons->items[i], "rule")))
            value_append(redaction->arena, shown, reasons->items[i]);
    for (size_t i = 0; i < covenant->housing_count; i++) {
        const struct housing_rule *rule = &covenant->housing[i];
        if (!is_hidden(redaction, rule->rule.id))
            continue;
        value_append(redaction->arena, shown, withheld_rule(redaction, &rule->rule));
        for (size_t a = 0; a < rule->advise_count; a++)
            value_set_text(redaction->arena, profile, rule->advise[a].name, withheld(redaction->arena));
    }
    value_set(redaction->arena, section, "reasons", shown);
    withhold(redaction, section, "contradictions");
    withhold_missing(redaction, section);
}

/* ---- journey ---- */

void redact_journey(struct redaction *redaction, struct value *section)
{
    const struct covenant *covenant = redaction->deciding->covenant;
    if (!taint_journey(redaction->taint))
        return;
    for (size_t i = 0; i < covenant->journey_count; i++)
        hide(redaction, &covenant->journey[i].rule);
    *section = *withheld(redaction->arena);
}

/* ---- guarantees ---- */

/*
 * What the outcome was before a guarantee broke it may not be told by what else follows from it: conditions tied to a
 * yes, approvals, what to do when a lease may not be converted.
 */
static void hide_consequences(struct redaction *redaction, enum section section)
{
    const struct covenant *covenant = redaction->deciding->covenant;
    const struct eligibility *eligibility = &covenant->eligibility;
    for (size_t i = 0; section == SECTION_ELIGIBILITY && i < eligibility->requirements_count; i++)
        hide(redaction, &eligibility->requirements[i].rule);
    for (size_t i = 0; section == SECTION_ELIGIBILITY && i < eligibility->conditions_count; i++)
        hide(redaction, &eligibility->conditions[i].rule);
    if (section == SECTION_ELIGIBILITY)
        hide_exceptions(redaction, eligibility);
    for (size_t i = 0; section == SECTION_CONTRACT && i < covenant->contracts.conversions_count; i++) {
        const struct conversion *conversion = &covenant->contracts.conversions[i];
        hide(redaction, &conversion->rule);
        for (size_t r = 0; r < conversion->requirements_count; r++)
            hide(redaction, &conversion->requirements[r].rule);
    }
}

/* Does what this section comes to, guarantees apart, depend on what may not be seen? */
static bool is_outcome_tainted(const struct redaction *redaction, enum section section)
{
    const struct contracts *contracts = &redaction->deciding->covenant->contracts;
    bool tainted = section == SECTION_ELIGIBILITY && taint_eligibility(redaction->taint);
    for (size_t i = 0; section == SECTION_CONTRACT && i < contracts->conversions_count; i++)
        tainted |= taint_conversion(redaction->taint, &contracts->conversions[i]);
    return tainted;
}

/* A guarantee that may be shown and is broken: it stands in the place of an outcome that may not be. */
static void redact_broken(struct redaction *redaction, const struct guarantee *guarantee, struct value *decision)
{
    if (!answer_is_true(view_judge(redaction->view, guarantee->never, NULL).answer))
        return;
    for (size_t s = 0; s < SECTION_NEXT_STEPS; s++) {
        struct value *conversion = s == SECTION_CONTRACT ? value_get(value_get(decision, section_names[s]), "conversion") : NULL;
        if (!guarantee->about[s] || !is_outcome_tainted(redaction, (enum section)s))
            continue;
        hide_consequences(redaction, (enum section)s);
        if (conversion && !value_get(conversion, "withheld"))
            withhold(redaction, conversion, "otherwise");
    }
}

static void redact_guaranteed(struct redaction *redaction, enum section section, struct value *shown)
{
    struct value *conversion = value_get(shown, "conversion");
    hide_consequences(redaction, section);
    if (shown && shown->kind == VALUE_LIST) {
        for (size_t i = 0; i < shown->count; i++)
            if (!value_get(shown->items[i], "withheld"))
                withhold(redaction, shown->items[i], "guarantee");
        return;
    }
    shown = conversion ? conversion : shown;
    if (!shown || value_get(shown, "withheld"))
        return;
    withhold(redaction, shown, "reasons");
    if (section == SECTION_CONTRACT)
        withhold(redaction, shown, "otherwise");
    if (section == SECTION_ELIGIBILITY) {
        withhold(redaction, shown, "conditions");
        withhold(redaction, shown, "eligible_from");
    }
    if (section == SECTION_ELIGIBILITY || section == SECTION_CONTRACT)
        withhold_inferences(redaction, shown);
}

void redact_guarantees(struct redaction *redaction, struct value *decision)
{
    const struct covenant *covenant = redaction->deciding->covenant;
    for (size_t i = 0; i < covenant->guarantees_count; i++) {
        const struct guarantee *guarantee = &covenant->guarantees[i];
        if (!taint_condition(redaction->taint, guarantee->never) && !taint_says(redaction->taint, &guarantee->rule.says)) {
            redact_broken(redaction, guarantee, decision);
            continue;
        }
        hide(redaction, &guarantee->rule);
        for (size_t s = 0; s < SECTION_NEXT_STEPS; s++)
            if (guarantee->about[s])
                redact_guaranteed(redaction, (enum section)s, value_get(decision, section_names[s]));
    }
}
