#include "engine/taint.h"

#include <string.h>

bool taint_fact(const struct taint *taint, size_t index)
{
    const struct vocabulary *vocabulary = &taint->deciding->region->vocabulary;
    const struct fact *fact = &vocabulary->facts[index];
    const struct stated *stated = &taint->deciding->case_file->facts[index];
    size_t role = vocabulary_role(vocabulary, taint->role);
    if (text_is(taint->role, "client") || (role != NOT_FOUND && (fact->visible_to.bits >> role & 1)))
        return false;
    return !(stated->known && stated->by.at && text_equal(stated->by, taint->role));
}

static bool taint_derived(const struct taint *taint, const struct derived *derived)
{
    if (taint_condition(taint, derived->of) || taint_condition(taint, derived->where) ||
        taint_anchor(taint, &derived->since))
        return true;
    for (size_t i = 0; i < derived->arguments_count; i++)
        if (derived->arguments[i].kind == ARGUMENT_SYMBOL && taint_symbol(taint, derived->arguments[i].symbol))
            return true;
    return false;
}

bool taint_symbol(const struct taint *taint, const struct symbol *symbol)
{
    if (symbol->kind == SYMBOL_FACT)
        return taint_fact(taint, symbol->index);
    if (symbol->kind == SYMBOL_DERIVED)
        return taint_derived(taint, &taint->covenant->derived[symbol->index]);
    /* outcomes stay, so `eligible` and `nuisance_level` tell nothing that is not shown; a stage may be withheld */
    return symbol->kind == SYMBOL_SECTION && symbol->index == NAME_STAGE && taint_journey(taint);
}

bool taint_condition(const struct taint *taint, const struct expression *expression)
{
    struct uses uses = {0};
    if (!expression)
        return false;
    expression_uses(taint->deciding->arena, expression, &uses);
    for (size_t i = 0; i < uses.count; i++) {
        const struct use *use = &uses.items[i];
        if (use->kind == USE_SYMBOL && taint_symbol(taint, use->symbol))
            return true;
        if ((use->kind == USE_DUE || use->kind == USE_MISSED) &&
            taint_deadline(taint, &taint->covenant->deadlines[use->index]))
            return true;
    }
    return false;
}

bool taint_anchor(const struct taint *taint, const struct anchor *anchor)
{
    if (anchor->kind == ANCHOR_SYMBOL)
        return taint_symbol(taint, anchor->symbol);
    return anchor->kind == ANCHOR_DEADLINE && taint_deadline(taint, &taint->covenant->deadlines[anchor->index]);
}

/* A `{name}` in a text shows the value of that name. */
static bool taint_text(const struct taint *taint, struct text text)
{
    const struct vocabulary *vocabulary = &taint->deciding->region->vocabulary;
    for (size_t i = 0; i < text.length; i++) {
        const char *end = text.at[i] == '{' ? memchr(text.at + i, '}', text.length - i) : NULL;
        if (!end)
            continue;
        struct text name = {text.at + i + 1, (size_t)(end - text.at) - i - 1};
        size_t fact = vocabulary_fact(vocabulary, name);
        if (fact != NOT_FOUND && taint_fact(taint, fact))
            return true;
        for (size_t d = 0; d < taint->covenant->derived_count; d++)
            if (text_equal(taint->covenant->derived[d].name, name) && taint_derived(taint, &taint->covenant->derived[d]))
                return true;
    }
    return false;
}

bool taint_says(const struct taint *taint, const struct says *says)
{
    return taint_text(taint, says->nl) || taint_text(taint, says->en);
}

bool taint_pauses(const struct taint *taint, const struct pause *pauses, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (taint_anchor(taint, &pauses[i].from) || taint_anchor(taint, &pauses[i].until))
            return true;
    return false;
}

static bool taint_action(const struct taint *taint, const struct action *action)
{
    if (!action)
        return false;
    return taint_says(taint, &action->does) ||
           (action->before != NOT_FOUND && taint_deadline(taint, &taint->covenant->deadlines[action->before]));
}

static bool taint_exceptions(const struct taint *taint, struct text rule)
{
    const struct eligibility *eligibility = &taint->covenant->eligibility;
    for (size_t i = 0; i < eligibility->exceptions_count; i++)
        if (text_list_has(&eligibility->exceptions[i].waives, rule) &&
            taint_condition(taint, eligibility->exceptions[i].when))
            return true;
    return false;
}

bool taint_requirement(const struct taint *taint, const struct requirement *requirement)
{
    return taint_condition(taint, requirement->applies) || taint_condition(taint, requirement->require) ||
           taint_says(taint, &requirement->rule.says) || taint_exceptions(taint, requirement->rule.id) ||
           taint_action(taint, requirement->otherwise);
}

bool taint_deadline(const struct taint *taint, const struct deadline *deadline)
{
    return taint_condition(taint, deadline->applies) || taint_anchor(taint, &deadline->starts) ||
           taint_anchor(taint, &deadline->counts_back_from) ||
           taint_pauses(taint, deadline->pauses, deadline->pauses_count) || taint_says(taint, &deadline->rule.says) ||
           taint_says(taint, &deadline->when_passed) || taint_action(taint, deadline->when_missed);
}

static bool taint_actions(const struct taint *taint, const struct action *actions, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (taint_action(taint, &actions[i]))
            return true;
    return false;
}

bool taint_nuisance(const struct taint *taint)
{
    const struct nuisance *nuisance = &taint->covenant->nuisance;
    bool tainted = taint_condition(taint, nuisance->counts);
    for (size_t i = 0; i < nuisance->levels_count; i++) {
        const struct nuisance_level *level = &nuisance->levels[i];
        tainted |= taint_condition(taint, level->enter) || taint_condition(taint, level->at_once) ||
                   taint_says(taint, &level->rule.says) || taint_actions(taint, level->actions, level->actions_count);
    }
    const struct relapse *relapse = nuisance->relapse;
    if (relapse)
        tainted |= taint_condition(taint, relapse->when) || taint_says(taint, &relapse->rule.says) ||
                   taint_actions(taint, relapse->actions, relapse->actions_count);
    return tainted;
}

bool taint_journey(const struct taint *taint)
{
    for (size_t i = 0; i < taint->covenant->journey_count; i++) {
        const struct stage *stage = &taint->covenant->journey[i];
        if (taint_condition(taint, stage->when) || taint_says(taint, &stage->rule.says) ||
            taint_actions(taint, stage->then, stage->then_count))
            return true;
    }
    return false;
}
