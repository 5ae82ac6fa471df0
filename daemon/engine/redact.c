#include "engine/redact.h"

#include "engine/taint.h"

#include <string.h>

struct redaction {
    struct deciding *deciding;
    struct arena *arena;
    struct view *view;
    struct taint taint;
    struct text_list withheld; /* ids of rules whose doing is withheld */
    bool steps;                /* a step may come of a withheld rule */
};

static struct value *withheld(struct arena *arena)
{
    struct value *object = value_object(arena);
    value_set(arena, object, "withheld", value_boolean(arena, true));
    return object;
}

static void withhold(struct redaction *redaction, struct value *object, const char *member)
{
    value_set(redaction->arena, object, member, withheld(redaction->arena));
}

/* The place of a rule that may not be shown: the same whatever it came to. */
static struct value *withheld_rule(struct redaction *redaction, const struct rule *rule)
{
    struct value *object = withheld(redaction->arena);
    value_set(redaction->arena, object, "rule", value_text(redaction->arena, rule->id));
    value_set(redaction->arena, object, "says",
              taint_says(&redaction->taint, &rule->says) ? withheld(redaction->arena)
                                                         : says_value(redaction->view, &rule->says));
    value_set(redaction->arena, object, "source", sources_value(redaction->arena, rule));
    return object;
}

static void hide(struct redaction *redaction, const struct rule *rule)
{
    text_list_add(redaction->arena, &redaction->withheld, rule->id);
    redaction->steps = true;
}

static bool is_hidden(const struct redaction *redaction, const struct value *id)
{
    return id && id->kind == VALUE_TEXT && text_list_has(&redaction->withheld, id->text);
}

/* ---- reasons of requirements ---- */

static bool hide_requirements(struct redaction *redaction, const struct requirement *requirements, size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (!taint_requirement(&redaction->taint, &requirements[i]))
            continue;
        hide(redaction, &requirements[i].rule);
        any = true;
    }
    return any;
}

/* Reasons of rules that may be shown, then the places of those that may not. */
static void redact_reasons(struct redaction *redaction, struct value *section, const char *member,
                           const struct requirement *requirements, size_t count)
{
    const struct value *reasons = value_get(section, member);
    struct value *shown = value_list(redaction->arena);
    for (size_t i = 0; reasons && i < reasons->count; i++)
        if (!is_hidden(redaction, value_get(reasons->items[i], "rule")))
            value_append(redaction->arena, shown, reasons->items[i]);
    for (size_t i = 0; i < count; i++)
        if (text_list_has(&redaction->withheld, requirements[i].rule.id))
            value_append(redaction->arena, shown, withheld_rule(redaction, &requirements[i].rule));
    value_set(redaction->arena, section, member, shown);
}

/* What is computed from all rules of a section together, when one of them may not be shown. */
static void withhold_inferences(struct redaction *redaction, struct value *section)
{
    static const char *const members[] = {"missing", "settled", "changes_on", "flips_with"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        withhold(redaction, section, members[i]);
}

/* A guarantee that may not be shown puts its own reason in the place of a section's: then none are shown. */
static void redact_guarantees(struct redaction *redaction, struct value *decision)
{
    const struct covenant *covenant = redaction->deciding->covenant;
    for (size_t i = 0; i < covenant->guarantees_count; i++) {
        const struct guarantee *guarantee = &covenant->guarantees[i];
        if (!taint_condition(&redaction->taint, guarantee->never) && !taint_says(&redaction->taint, &guarantee->rule.says))
            continue;
        hide(redaction, &guarantee->rule);
        for (size_t s = 0; s < SECTION_COUNT; s++) {
            struct value *section = guarantee->about[s] ? value_get(decision, section_names[s]) : NULL;
            struct value *conversion = value_get(section, "conversion");
            if (!section || section->kind != VALUE_OBJECT)
                continue;
            section = conversion ? conversion : section;
            withhold(redaction, section, "reasons");
            withhold(redaction, section, "conditions");
            withhold_inferences(redaction, section);
        }
    }
}

static void redact_eligibility(struct redaction *redaction, struct value *section)
{
    const struct eligibility *eligibility = &redaction->deciding->covenant->eligibility;
    if (hide_requirements(redaction, eligibility->requirements, eligibility->requirements_count)) {
        withhold_inferences(redaction, section);
        withhold(redaction, section, "eligible_from");
    }
    redact_reasons(redaction, section, "reasons", eligibility->requirements, eligibility->requirements_count);
    const struct value *outcome = value_get(section, "outcome");
    bool yes = outcome && text_is(outcome->text, "eligible");
    bool conditions = hide_requirements(redaction, eligibility->conditions, eligibility->conditions_count);
    if (yes && (conditions || value_get(section, "conditions")))
        redact_reasons(redaction, section, "conditions", eligibility->conditions, eligibility->conditions_count);
}

/* ---- support ---- */

static void redact_support(struct redaction *redaction, struct value *section)
{
    const struct support *support = &redaction->deciding->covenant->support;
    const struct support_mandatory *mandatory = support->mandatory;
    bool steps = false, refusals = false;
    if (mandatory && (taint_condition(&redaction->taint, mandatory->when) || taint_says(&redaction->taint, &mandatory->rule.says))) {
        struct value *reasons = value_list(redaction->arena);
        hide(redaction, &mandatory->rule);
        value_append(redaction->arena, reasons, withheld_rule(redaction, &mandatory->rule));
        value_set(redaction->arena, section, "reasons", reasons);
        withhold(redaction, section, "missing");
        withhold(redaction, section, "settled");
        withhold(redaction, section, "changes_on");
    }
    for (size_t i = 0; i < support->steps_count; i++)
        if (taint_condition(&redaction->taint, support->steps[i].require) ||
            taint_says(&redaction->taint, &support->steps[i].rule.says)) {
            hide(redaction, &support->steps[i].rule);
            steps = true;
        }
    for (size_t i = 0; i < support->refusals_count; i++)
        if (taint_condition(&redaction->taint, support->refusals[i].when) ||
            taint_says(&redaction->taint, &support->refusals[i].rule.says)) {
            hide(redaction, &support->refusals[i].rule);
            refusals = true;
        }
    if (steps)
        withhold(redaction, section, "next");
    if (refusals)
        withhold(redaction, section, "refusal");
    if (steps || refusals)
        withhold(redaction, section, "missing");
}

/* ---- deadlines ---- */

static void redact_deadlines(struct redaction *redaction, struct value *list)
{
    const struct covenant *covenant = redaction->deciding->covenant;
    struct value *shown = value_list(redaction->arena);
    for (size_t i = 0; i < covenant->deadlines_count; i++)
        if (taint_deadline(&redaction->taint, &covenant->deadlines[i]))
            hide(redaction, &covenant->deadlines[i].rule);
    for (size_t i = 0; i < list->count; i++)
        if (!is_hidden(redaction, value_get(list->items[i], "id")))
            value_append(redaction->arena, shown, list->items[i]);
    for (size_t i = 0; i < covenant->deadlines_count; i++) {
        const struct deadline *deadline = &covenant->deadlines[i];
        if (!text_list_has(&redaction->withheld, deadline->rule.id))
            continue;
        struct value *place = withheld_rule(redaction, &deadline->rule);
        value_remove(place, "rule");
        value_set(redaction->arena, place, "id", value_text(redaction->arena, deadline->rule.id));
        value_append(redaction->arena, shown, place);
    }
    *list = *shown;
}

/* ---- contract ---- */

static bool hide_kinds_and_advice(struct redaction *redaction)
{
    const struct contracts *contracts = &redaction->deciding->covenant->contracts;
    bool any = false;
    for (size_t i = 0; i < contracts->kinds_count; i++)
        if (taint_condition(&redaction->taint, contracts->kinds[i].applies)) {
            hide(redaction, &contracts->kinds[i].rule);
            any = true;
        }
    for (size_t i = 0; i < contracts->advice_count; i++)
        if (taint_condition(&redaction->taint, contracts->advice[i].when)) {
            hide(redaction, &contracts->advice[i].rule);
            any = true;
        }
    return any;
}

static const struct conversion *conversion_by_id(const struct contracts *contracts, const struct value *id)
{
    for (size_t i = 0; id && i < contracts->conversions_count; i++)
        if (text_equal(contracts->conversions[i].rule.id, id->text))
            return &contracts->conversions[i];
    return NULL;
}

static void redact_conversion(struct redaction *redaction, struct value *shown)
{
    const struct contracts *contracts = &redaction->deciding->covenant->contracts;
    const struct conversion *conversion = conversion_by_id(contracts, value_get(shown, "rule"));
    if (!conversion)
        return;
    bool hidden = hide_requirements(redaction, conversion->requirements, conversion->requirements_count);
    if (hidden)
        withhold_inferences(redaction, shown);
    redact_reasons(redaction, shown, "reasons", conversion->requirements, conversion->requirements_count);
    if (taint_pauses(&redaction->taint, conversion->pauses, conversion->pauses_count))
        withhold(redaction, shown, "earliest");
    if (conversion->otherwise && conversion->otherwise->before != NOT_FOUND &&
        taint_deadline(&redaction->taint, &redaction->deciding->covenant->deadlines[conversion->otherwise->before])) {
        hide(redaction, &conversion->rule);
        withhold(redaction, shown, "otherwise");
    }
}

static void redact_contract(struct redaction *redaction, struct value *section)
{
    size_t lease_end = vocabulary_fact(&redaction->deciding->region->vocabulary, TEXT("lease_end"));
    struct value *current = value_get(section, "current"), *conversion = value_get(section, "conversion");
    bool end_hidden = lease_end != NOT_FOUND && taint_fact(&redaction->taint, lease_end);
    bool kinds = hide_kinds_and_advice(redaction);
    if (value_get(section, "advice") && kinds) {
        withhold(redaction, section, "advice");
        withhold(redaction, section, "missing");
    }
    if (current && end_hidden)
        withhold(redaction, current, "ends");
    if (current && (end_hidden || kinds))
        withhold(redaction, section, "warnings");
    if (conversion)
        redact_conversion(redaction, conversion);
}

/* ---- nuisance, housing, journey ---- */

/* A report may be judged by any version of the region: what one of them reads is withheld for all. */
static void redact_nuisance(struct redaction *redaction, struct value *section)
{
    const struct region *region = redaction->deciding->region;
    const struct requirement *requirements = redaction->deciding->covenant->nuisance.before_termination;
    size_t count = redaction->deciding->covenant->nuisance.before_termination_count;
    bool ladder = false, termination = hide_requirements(redaction, requirements, count);
    for (size_t v = 0; v < region->versions_count; v++) {
        const struct nuisance *nuisance = &region->versions[v]->nuisance;
        struct taint taint = redaction->taint;
        taint.covenant = region->versions[v];
        ladder |= taint_nuisance(&taint);
        for (size_t i = 0; i < nuisance->before_termination_count; i++)
            termination |= taint_requirement(&taint, &nuisance->before_termination[i]);
    }
    if (ladder) {
        struct value *shown = withheld(redaction->arena);
        value_set(redaction->arena, shown, "level", value_get(section, "level"));
        if (value_get(section, "termination"))
            value_set(redaction->arena, shown, "termination", value_get(section, "termination"));
        for (size_t v = 0; v < region->versions_count; v++)
            for (size_t i = 0; i < region->versions[v]->nuisance.levels_count; i++)
                hide(redaction, &region->versions[v]->nuisance.levels[i].rule);
        *section = *shown;
    }
    if (termination && value_get(section, "termination"))
        withhold(redaction, value_get(section, "termination"), "lacks");
}

static void redact_housing(struct redaction *redaction, struct value *section)
{
    const struct covenant *covenant = redaction->deciding->covenant;
    bool any = false;
    for (size_t i = 0; i < covenant->housing_count; i++) {
        const struct housing_rule *rule = &covenant->housing[i];
        bool tainted = taint_condition(&redaction->taint, rule->when) || taint_says(&redaction->taint, &rule->rule.says);
        for (size_t a = 0; a < rule->advise_count; a++)
            tainted |= rule->advise[a].fact != NOT_FOUND && taint_fact(&redaction->taint, rule->advise[a].fact);
        if (tainted)
            hide(redaction, &rule->rule);
        any |= tainted;
    }
    if (any)
        *section = *withheld(redaction->arena);
}

static void redact_journey(struct redaction *redaction, struct value *section)
{
    const struct covenant *covenant = redaction->deciding->covenant;
    if (!taint_journey(&redaction->taint))
        return;
    for (size_t i = 0; i < covenant->journey_count; i++)
        hide(redaction, &covenant->journey[i].rule);
    *section = *withheld(redaction->arena);
}

/* ---- what comes of all sections ---- */

/* Steps of rules that may be shown; that there may be others is said always, so it tells nothing. */
static void redact_steps(struct redaction *redaction, struct value *steps)
{
    struct value *shown = value_list(redaction->arena);
    for (size_t i = 0; i < steps->count; i++) {
        const struct value *because = value_get(steps->items[i], "because");
        struct value *kept = value_list(redaction->arena);
        for (size_t b = 0; b < because->count; b++)
            if (!is_hidden(redaction, because->items[b]))
                value_append(redaction->arena, kept, because->items[b]);
        if (kept->count == 0)
            continue;
        value_set(redaction->arena, steps->items[i], "because", kept);
        value_append(redaction->arena, shown, steps->items[i]);
    }
    if (redaction->steps)
        value_append(redaction->arena, shown, withheld(redaction->arena));
    *steps = *shown;
}

static void redact_assumptions(struct redaction *redaction, struct value *assumptions)
{
    struct value *shown = value_list(redaction->arena);
    for (size_t i = 0; i < assumptions->count; i++) {
        struct text name = assumptions->items[i]->text;
        const char *dot = memchr(name.at, '.', name.length);
        struct text id = dot ? text_slice(name, 0, (size_t)(dot - name.at)) : name;
        if (!text_list_has(&redaction->withheld, id))
            value_append(redaction->arena, shown, assumptions->items[i]);
    }
    *assumptions = *shown;
}

static void redact_section(struct redaction *redaction, struct value *decision, enum section section,
                           void (*one)(struct redaction *, struct value *))
{
    struct value *shown = value_get(decision, section_names[section]);
    /* a section that was not asked for still withholds its rules from the next steps and the assumptions */
    if (!shown && (section == SECTION_DEADLINES || section == SECTION_NEXT_STEPS))
        shown = value_list(redaction->arena);
    one(redaction, shown ? shown : value_object(redaction->arena));
}

void redact(struct deciding *deciding, struct value *decision)
{
    struct redaction redaction = {
        .deciding = deciding,
        .arena = deciding->arena,
        .view = view_today(deciding),
        .taint = {deciding, deciding->covenant, deciding->asked->for_role},
    };
    redact_section(&redaction, decision, SECTION_ELIGIBILITY, redact_eligibility);
    redact_section(&redaction, decision, SECTION_SUPPORT, redact_support);
    redact_section(&redaction, decision, SECTION_DEADLINES, redact_deadlines);
    redact_section(&redaction, decision, SECTION_CONTRACT, redact_contract);
    redact_section(&redaction, decision, SECTION_NUISANCE, redact_nuisance);
    redact_section(&redaction, decision, SECTION_HOUSING, redact_housing);
    redact_section(&redaction, decision, SECTION_JOURNEY, redact_journey);
    redact_guarantees(&redaction, decision);
    redact_section(&redaction, decision, SECTION_NEXT_STEPS, redact_steps);
    struct value *assumptions = value_get(decision, "rests_on_assumptions");
    if (assumptions)
        redact_assumptions(&redaction, assumptions);
    if (value_get(decision, "trace") && redaction.withheld.count)
        withhold(&redaction, decision, "trace"); /* a trace shows every value of every rule */
}
