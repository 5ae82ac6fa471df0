#include "engine/taint.h"

#include <string.h>

/* Each name once. What is under way adds nothing to itself; taint_new looks again for what was judged clean by that. */
static bool remember(const struct taint *taint, enum taint_state *state, bool (*look)(const struct taint *, size_t),
                     size_t index)
{
    if (*state == TAINT_UNSEEN) {
        *state = TAINT_UNDER_WAY;
        *state = look(taint, index) ? TAINT_FOUND : TAINT_CLEAN;
    }
    return *state == TAINT_FOUND;
}

/* ---- names ---- */

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

static bool taint_symbol(const struct taint *taint, const struct symbol *symbol);

static bool taint_anchor(const struct taint *taint, const struct anchor *anchor)
{
    if (anchor->kind == ANCHOR_SYMBOL)
        return taint_symbol(taint, anchor->symbol);
    return anchor->kind == ANCHOR_DEADLINE && taint_deadline(taint, anchor->index);
}

static bool look_at_derived(const struct taint *taint, size_t index)
{
    const struct derived *derived = &taint->covenant->derived[index];
    if (taint_condition(taint, derived->of) || taint_condition(taint, derived->where) ||
        taint_anchor(taint, &derived->since))
        return true;
    for (size_t i = 0; i < derived->arguments_count; i++)
        if (derived->arguments[i].kind == ARGUMENT_SYMBOL && taint_symbol(taint, derived->arguments[i].symbol))
            return true;
    return false;
}

static bool taint_derived(const struct taint *taint, size_t index)
{
    return remember(taint, &taint->derived[index], look_at_derived, index);
}

static bool taint_section_name(const struct taint *taint, enum section_name name)
{
    switch (name) {
    case NAME_ELIGIBLE:
        return taint_eligibility(taint);
    case NAME_NUISANCE_LEVEL:
        return taint_nuisance(taint);
    case NAME_STAGE:
        return taint_journey(taint);
    case NAME_SUPPORT_PHASE: /* these come from events alone */
    case NAME_PHASE_STARTED:
    case NAME_CONTRACT_KIND:
    case NAME_CONTRACT_SINCE:
    case NAME_COUNT:
        break;
    }
    return false;
}

static bool taint_symbol(const struct taint *taint, const struct symbol *symbol)
{
    if (symbol->kind == SYMBOL_FACT)
        return taint_fact(taint, symbol->index);
    if (symbol->kind == SYMBOL_DERIVED)
        return taint_derived(taint, symbol->index);
    return symbol->kind == SYMBOL_SECTION && taint_section_name(taint, (enum section_name)symbol->index);
}

/* A blank is only read, but what it says is shown. */
static bool taint_blank(const struct taint *taint, struct text id)
{
    for (size_t i = 0; i < taint->covenant->blanks_count; i++)
        if (text_equal(taint->covenant->blanks[i].rule.id, id))
            return taint_says(taint, &taint->covenant->blanks[i].rule.says);
    return false;
}

static bool taint_use(const struct taint *taint, const struct use *use)
{
    switch (use->kind) {
    case USE_SYMBOL:
        return taint_symbol(taint, use->symbol);
    case USE_DUE:
    case USE_MISSED:
        return taint_deadline(taint, use->index);
    case USE_SILENT:
        return taint_blank(taint, use->name);
    case USE_HAPPENED:
        break;
    }
    return false;
}

bool taint_condition(const struct taint *taint, const struct expression *expression)
{
    struct uses uses = {0};
    bool found = false;
    if (expression)
        expression_uses(taint->deciding->arena, expression, &uses);
    for (size_t i = 0; i < uses.count && !found; i++)
        found = taint_use(taint, &uses.items[i]);
    return found;
}

/* ---- texts ---- */

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
            if (text_equal(taint->covenant->derived[d].name, name) && taint_derived(taint, d))
                return true;
    }
    return false;
}

bool taint_says(const struct taint *taint, const struct says *says)
{
    return taint_text(taint, says->nl) || taint_text(taint, says->en);
}

/* ---- what rules are made of ---- */

bool taint_pauses(const struct taint *taint, const struct pause *pauses, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (taint_anchor(taint, &pauses[i].from) || taint_anchor(taint, &pauses[i].until))
            return true;
    return false;
}

bool taint_action(const struct taint *taint, const struct action *action)
{
    return action && (taint_says(taint, &action->does) ||
                      (action->before != NOT_FOUND && taint_deadline(taint, action->before)));
}

static bool taint_actions(const struct taint *taint, const struct action *actions, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (taint_action(taint, &actions[i]))
            return true;
    return false;
}

bool taint_exception(const struct taint *taint, const struct exception *exception)
{
    return taint_condition(taint, exception->when) || taint_says(taint, &exception->rule.says);
}

static bool is_waived_by_tainted(const struct taint *taint, struct text rule)
{
    const struct eligibility *eligibility = &taint->covenant->eligibility;
    for (size_t i = 0; i < eligibility->exceptions_count; i++)
        if (text_list_has(&eligibility->exceptions[i].waives, rule) && taint_exception(taint, &eligibility->exceptions[i]))
            return true;
    return false;
}

bool taint_requirement(const struct taint *taint, const struct requirement *requirement)
{
    return taint_condition(taint, requirement->applies) || taint_condition(taint, requirement->require) ||
           taint_says(taint, &requirement->rule.says) || is_waived_by_tainted(taint, requirement->rule.id) ||
           taint_action(taint, requirement->otherwise);
}

bool taint_conversion(const struct taint *taint, const struct conversion *conversion)
{
    bool tainted = taint_pauses(taint, conversion->pauses, conversion->pauses_count);
    for (size_t i = 0; i < conversion->requirements_count; i++)
        tainted |= taint_requirement(taint, &conversion->requirements[i]);
    return tainted;
}

/* ---- sections ---- */

/* `silent(O1)` in the place of a term. */
static bool taint_term(const struct taint *taint, const struct term_or_blank *term)
{
    return term->has && term->blank != NOT_FOUND && taint_says(taint, &taint->covenant->blanks[term->blank].rule.says);
}

static bool look_at_deadline(const struct taint *taint, size_t index)
{
    const struct deadline *deadline = &taint->covenant->deadlines[index];
    return taint_condition(taint, deadline->applies) || taint_anchor(taint, &deadline->starts) ||
           taint_anchor(taint, &deadline->counts_back_from) || taint_term(taint, &deadline->target) ||
           taint_term(taint, &deadline->limit) || taint_pauses(taint, deadline->pauses, deadline->pauses_count) ||
           taint_says(taint, &deadline->rule.says) || taint_says(taint, &deadline->when_passed) ||
           taint_action(taint, deadline->when_missed);
}

bool taint_deadline(const struct taint *taint, size_t deadline)
{
    return remember(taint, &taint->deadlines[deadline], look_at_deadline, deadline);
}

static bool look_at_eligibility(const struct taint *taint, size_t name)
{
    const struct eligibility *eligibility = &taint->covenant->eligibility;
    (void)name;
    for (size_t i = 0; i < eligibility->requirements_count; i++)
        if (taint_requirement(taint, &eligibility->requirements[i]))
            return true;
    return false;
}

bool taint_eligibility(const struct taint *taint)
{
    return remember(taint, &taint->sections[NAME_ELIGIBLE], look_at_eligibility, NAME_ELIGIBLE);
}

static bool taint_ladder(const struct taint *taint)
{
    const struct nuisance *nuisance = &taint->covenant->nuisance;
    const struct relapse *relapse = nuisance->relapse;
    bool tainted = taint_condition(taint, nuisance->counts);
    for (size_t i = 0; i < nuisance->levels_count; i++) {
        const struct nuisance_level *level = &nuisance->levels[i];
        tainted |= taint_condition(taint, level->enter) || taint_condition(taint, level->at_once) ||
                   taint_says(taint, &level->rule.says) || taint_actions(taint, level->actions, level->actions_count);
    }
    if (relapse)
        tainted |= taint_condition(taint, relapse->when) || taint_says(taint, &relapse->rule.says) ||
                   taint_actions(taint, relapse->actions, relapse->actions_count);
    return tainted;
}

static bool look_at_nuisance(const struct taint *taint, size_t name)
{
    (void)name;
    for (size_t i = 0; i < taint->deciding->region->versions_count; i++)
        if (taint_ladder(&taint->versions[i]))
            return true;
    return false;
}

bool taint_nuisance(const struct taint *taint)
{
    return remember(taint, &taint->sections[NAME_NUISANCE_LEVEL], look_at_nuisance, NAME_NUISANCE_LEVEL);
}

static bool look_at_journey(const struct taint *taint, size_t name)
{
    (void)name;
    for (size_t i = 0; i < taint->covenant->journey_count; i++) {
        const struct stage *stage = &taint->covenant->journey[i];
        if (taint_condition(taint, stage->when) || taint_says(taint, &stage->rule.says) ||
            taint_actions(taint, stage->then, stage->then_count))
            return true;
    }
    return false;
}

bool taint_journey(const struct taint *taint)
{
    return remember(taint, &taint->sections[NAME_STAGE], look_at_journey, NAME_STAGE);
}

/* ---- all names of all versions ---- */

static size_t states_found(enum taint_state *states, size_t count, bool forget_clean)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        found += states[i] == TAINT_FOUND;
        if (forget_clean && states[i] == TAINT_CLEAN)
            states[i] = TAINT_UNSEEN;
    }
    return found;
}

static size_t found_in(const struct taint *taint, bool forget_clean)
{
    return states_found(taint->derived, taint->covenant->derived_count, forget_clean) +
           states_found(taint->deadlines, taint->covenant->deadlines_count, forget_clean) +
           states_found(taint->sections, NAME_COUNT, forget_clean);
}

static void look_at_all(const struct taint *taint)
{
    for (size_t i = 0; i < taint->covenant->derived_count; i++)
        taint_derived(taint, i);
    for (size_t i = 0; i < taint->covenant->deadlines_count; i++)
        taint_deadline(taint, i);
    for (size_t i = 0; i < NAME_COUNT; i++)
        taint_section_name(taint, (enum section_name)i);
}

/*
 * Until nothing more is found: conditions have no circles, but the windows that actions wait for may close one. Each
 * round but the last finds a name, so there are no more rounds than names; two are the rule.
 */
static void look_until_still(const struct taint *versions, size_t count)
{
    size_t before, now = 0;
    do {
        before = now;
        now = 0;
        for (size_t i = 0; i < count; i++)
            found_in(&versions[i], true);
        for (size_t i = 0; i < count; i++)
            look_at_all(&versions[i]);
        for (size_t i = 0; i < count; i++)
            now += found_in(&versions[i], false);
    } while (now != before);
}

const struct taint *taint_new(const struct deciding *deciding, struct text role)
{
    const struct region *region = deciding->region;
    struct taint *versions = ARENA_ARRAY(deciding->arena, region->versions_count, struct taint);
    const struct taint *own = NULL;
    for (size_t i = 0; i < region->versions_count; i++) {
        const struct covenant *covenant = region->versions[i];
        versions[i] = (struct taint){
            .deciding = deciding,
            .covenant = covenant,
            .role = role,
            .derived = ARENA_ARRAY(deciding->arena, covenant->derived_count + 1, enum taint_state),
            .deadlines = ARENA_ARRAY(deciding->arena, covenant->deadlines_count + 1, enum taint_state),
            .sections = ARENA_ARRAY(deciding->arena, NAME_COUNT, enum taint_state),
            .versions = versions,
        };
        if (covenant == deciding->covenant)
            own = &versions[i];
    }
    look_until_still(versions, region->versions_count);
    return own;
}
