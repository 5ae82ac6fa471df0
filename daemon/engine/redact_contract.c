/* The view of the lease and of the ladder. */
#include "engine/redaction.h"

/* ---- advice, warnings ---- */

/* The first rule of advice that holds is shown, so one that may not be shown hides all. */
static bool hide_advice(struct redaction *redaction, const struct contracts *contracts)
{
    bool tainted = false;
    for (size_t i = 0; i < contracts->kinds_count; i++)
        tainted |= taint_condition(redaction->taint, contracts->kinds[i].applies);
    for (size_t i = 0; i < contracts->advice_count; i++)
        tainted |= taint_condition(redaction->taint, contracts->advice[i].when) ||
                   taint_says(redaction->taint, &contracts->advice[i].rule.says);
    for (size_t i = 0; tainted && i < contracts->kinds_count; i++)
        hide(redaction, &contracts->kinds[i].rule);
    for (size_t i = 0; tainted && i < contracts->advice_count; i++)
        hide(redaction, &contracts->advice[i].rule);
    return tainted;
}

/* A warning tells what a window or the end of the lease comes to, or whether a kind was open on the day of signing. */
static bool are_warnings_tainted(const struct redaction *redaction, bool end_hidden)
{
    const struct covenant *covenant = redaction->deciding->covenant;
    const struct region *region = redaction->deciding->region;
    bool tainted = end_hidden;
    for (size_t i = 0; i < covenant->deadlines_count; i++)
        tainted |= covenant->deadlines[i].when_passed.nl.at && taint_deadline(redaction->taint, i);
    for (size_t v = 0; v < region->versions_count; v++)
        for (size_t k = 0; k < region->versions[v]->contracts.kinds_count; k++)
            tainted |= taint_condition(&redaction->taint->versions[v], region->versions[v]->contracts.kinds[k].applies);
    return tainted;
}

/* Whether the kind was open is judged by the version of the day of signing, whichever that is. */
static void hide_kinds(struct redaction *redaction)
{
    const struct region *region = redaction->deciding->region;
    for (size_t v = 0; v < region->versions_count; v++)
        for (size_t k = 0; k < region->versions[v]->contracts.kinds_count; k++)
            if (taint_condition(&redaction->taint->versions[v], region->versions[v]->contracts.kinds[k].applies))
                hide(redaction, &region->versions[v]->contracts.kinds[k].rule);
}

static void redact_current(struct redaction *redaction, struct value *current, bool end_hidden)
{
    const struct contracts *contracts = &redaction->deciding->covenant->contracts;
    const struct value *kind = value_get(current, "kind");
    if (end_hidden)
        withhold(redaction, current, "ends");
    for (size_t i = 0; i < contracts->kinds_count; i++)
        if (text_equal(contracts->kinds[i].rule.id, kind->text) && taint_says(redaction->taint, &contracts->kinds[i].rule.says))
            withhold(redaction, current, "says");
}

/* ---- conversion ---- */

/* Of several conversions of a lease the one that is possible is shown: then which one it is tells of all of them. */
static bool is_choice_tainted(const struct redaction *redaction, const struct contracts *contracts, size_t from)
{
    size_t count = 0;
    bool tainted = false;
    for (size_t i = 0; i < contracts->conversions_count; i++)
        if (contracts->conversions[i].from == from) {
            count++;
            tainted |= taint_conversion(redaction->taint, &contracts->conversions[i]);
        }
    return tainted && count > 1;
}

static void hide_conversion(struct redaction *redaction, const struct conversion *conversion, bool all)
{
    bool any = hide_requirements(redaction, conversion->requirements, conversion->requirements_count);
    bool timed = taint_pauses(redaction->taint, conversion->pauses, conversion->pauses_count);
    if (any || timed)
        hide_questions(redaction, conversion->requirements, conversion->requirements_count);
    if (all || timed || taint_action(redaction->taint, conversion->otherwise) ||
        taint_says(redaction->taint, &conversion->rule.says))
        hide(redaction, &conversion->rule);
    for (size_t i = 0; all && i < conversion->requirements_count; i++)
        hide(redaction, &conversion->requirements[i].rule);
}

static const struct conversion *conversion_by_id(const struct contracts *contracts, const struct value *id)
{
    for (size_t i = 0; id && i < contracts->conversions_count; i++)
        if (text_equal(contracts->conversions[i].rule.id, id->text))
            return &contracts->conversions[i];
    return NULL;
}

/* Only what it comes to. */
static void keep_outcome(struct redaction *redaction, struct value *conversion)
{
    struct value *shown = withheld(redaction->arena);
    value_set(redaction->arena, shown, "outcome", value_get(conversion, "outcome"));
    if (value_get(conversion, "then"))
        value_set(redaction->arena, shown, "then", value_get(conversion, "then"));
    *conversion = *shown;
}

static void redact_conversion(struct redaction *redaction, const struct contracts *contracts, struct value *shown)
{
    const struct conversion *conversion = conversion_by_id(contracts, value_get(shown, "rule"));
    if (!conversion)
        return;
    if (is_choice_tainted(redaction, contracts, conversion->from)) {
        keep_outcome(redaction, shown);
        return;
    }
    if (taint_says(redaction->taint, &conversion->rule.says))
        withhold(redaction, shown, "says");
    if (taint_conversion(redaction->taint, conversion))
        withhold_inferences(redaction, shown);
    redact_reasons(redaction, shown, "reasons", conversion->requirements, conversion->requirements_count);
    if (taint_pauses(redaction->taint, conversion->pauses, conversion->pauses_count)) {
        withhold(redaction, shown, "earliest");
        withhold(redaction, shown, "provisional");
        withhold(redaction, shown, "otherwise");
    }
    if (taint_action(redaction->taint, conversion->otherwise))
        withhold(redaction, shown, "otherwise");
}

void redact_contract(struct redaction *redaction, struct value *section)
{
    const struct contracts *contracts = &redaction->deciding->covenant->contracts;
    size_t lease_end = vocabulary_fact(&redaction->deciding->region->vocabulary, TEXT("lease_end"));
    struct value *current = value_get(section, "current"), *conversion = value_get(section, "conversion");
    bool end_hidden = lease_end != NOT_FOUND && taint_fact(redaction->taint, lease_end);
    bool advice = hide_advice(redaction, contracts);
    hide_kinds(redaction);
    if (value_get(section, "advice") && advice) {
        withhold(redaction, section, "advice");
        withhold_missing(redaction, section);
    }
    if (current)
        redact_current(redaction, current, end_hidden);
    if (current && are_warnings_tainted(redaction, end_hidden))
        withhold(redaction, section, "warnings");
    for (size_t i = 0; i < contracts->conversions_count; i++)
        hide_conversion(redaction, &contracts->conversions[i],
                        is_choice_tainted(redaction, contracts, contracts->conversions[i].from));
    if (conversion)
        redact_conversion(redaction, contracts, conversion);
}

/* ---- nuisance ---- */

static void hide_ladder(struct redaction *redaction, const struct nuisance *nuisance)
{
    hide(redaction, &nuisance->rule);
    for (size_t i = 0; i < nuisance->levels_count; i++)
        hide(redaction, &nuisance->levels[i].rule);
    if (nuisance->relapse)
        hide(redaction, &nuisance->relapse->rule);
}

/* Which version asks before a lease is ended may depend on relapse; then all of what it asks is withheld. */
static bool hide_termination(struct redaction *redaction, bool ladder)
{
    const struct region *region = redaction->deciding->region;
    bool any = ladder && region->versions_count > 1;
    for (size_t v = 0; v < region->versions_count; v++) {
        const struct nuisance *nuisance = &region->versions[v]->nuisance;
        for (size_t i = 0; i < nuisance->before_termination_count; i++)
            any |= taint_requirement(&redaction->taint->versions[v], &nuisance->before_termination[i]);
    }
    for (size_t v = 0; any && v < region->versions_count; v++) {
        const struct nuisance *nuisance = &region->versions[v]->nuisance;
        for (size_t i = 0; i < nuisance->before_termination_count; i++)
            hide(redaction, &nuisance->before_termination[i].rule);
    }
    return any;
}

/* A report may be judged by any version of the region: what one of them reads is withheld for all. */
void redact_nuisance(struct redaction *redaction, struct value *section)
{
    const struct region *region = redaction->deciding->region;
    bool ladder = taint_nuisance(redaction->taint), termination = hide_termination(redaction, ladder);
    struct value *ends = value_get(section, "termination");
    for (size_t v = 0; ladder && v < region->versions_count; v++)
        hide_ladder(redaction, &region->versions[v]->nuisance);
    if (termination && ends)
        withhold(redaction, ends, "lacks");
    if (!ladder || !value_get(section, "level"))
        return;
    struct value *shown = withheld(redaction->arena);
    value_set(redaction->arena, shown, "level", value_get(section, "level"));
    if (ends)
        value_set(redaction->arena, shown, "termination", ends);
    *section = *shown;
}
