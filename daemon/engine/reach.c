#include "engine/reach.h"

const struct derived *derived_of(const struct covenant *covenant, const struct symbol *symbol)
{
    return symbol->kind == SYMBOL_DERIVED ? &covenant->derived[symbol->index] : NULL;
}

/* ---- what a condition reads, however deep ---- */

static bool reach_symbol(const struct reach *reach, const struct symbol *symbol)
{
    const struct derived *derived = derived_of(reach->covenant, symbol);
    const struct eligibility *eligibility = &reach->covenant->eligibility;
    bool found = reach->test(reach->self, symbol);
    if (derived)
        found = found || reach_condition(reach, derived->of) || reach_condition(reach, derived->where) ||
                (derived->since.kind == ANCHOR_SYMBOL && reach_symbol(reach, derived->since.symbol));
    for (size_t i = 0; derived && !found && i < derived->arguments_count; i++)
        found = derived->arguments[i].kind == ARGUMENT_SYMBOL && reach_symbol(reach, derived->arguments[i].symbol);
    if (symbol->kind != SYMBOL_SECTION || symbol->index != NAME_ELIGIBLE)
        return found;
    for (size_t i = 0; i < eligibility->requirements_count && !found; i++)
        found = reach_condition(reach, eligibility->requirements[i].applies) ||
                reach_condition(reach, eligibility->requirements[i].require);
    for (size_t i = 0; i < eligibility->exceptions_count && !found; i++)
        found = reach_condition(reach, eligibility->exceptions[i].when);
    return found;
}

bool reach_condition(const struct reach *reach, const struct expression *expression)
{
    struct uses uses = {0};
    if (!expression)
        return false;
    if (reach->known && expression_asks_known(expression))
        return true;
    expression_uses(reach->arena, expression, &uses);
    for (size_t i = 0; i < uses.count; i++)
        if (uses.items[i].kind == USE_SYMBOL && reach_symbol(reach, uses.items[i].symbol))
            return true;
    return false;
}

bool symbol_is_ladder(const struct symbol *symbol)
{
    return symbol->kind == SYMBOL_SECTION && (symbol->index == NAME_NUISANCE_LEVEL || symbol->index == NAME_STAGE);
}

static bool is_ladder(const void *self, const struct symbol *symbol)
{
    (void)self;
    return symbol_is_ladder(symbol);
}

bool condition_is_soft(struct arena *arena, const struct covenant *covenant, const struct expression *expression)
{
    struct reach reach = {arena, covenant, true, is_ladder, NULL};
    return reach_condition(&reach, expression);
}

bool reach_ladder(const struct deciding *deciding, size_t name, struct reach reach)
{
    const struct region *region = deciding->region;
    const struct covenant *own = reach.covenant = deciding->covenant;
    bool found = false;
    for (size_t i = 0; name == NAME_STAGE && i < own->journey_count && !found; i++)
        found = reach_condition(&reach, own->journey[i].when);
    for (size_t v = 0; name != NAME_STAGE && v < region->versions_count && !found; v++) {
        const struct covenant *covenant = reach.covenant = region->versions[v];
        const struct nuisance *nuisance = &covenant->nuisance;
        found = reach_condition(&reach, nuisance->counts) ||
                (nuisance->relapse && reach_condition(&reach, nuisance->relapse->when));
        for (size_t i = 0; i < nuisance->levels_count && !found; i++)
            found = reach_condition(&reach, nuisance->levels[i].enter) ||
                    reach_condition(&reach, nuisance->levels[i].at_once);
    }
    return found;
}

static bool is_unstated(const void *self, const struct symbol *symbol)
{
    struct view *const *view = self;
    return symbol->kind == SYMBOL_FACT && !view_symbol(*view, symbol).answer.known;
}

bool symbol_is_soft(struct view *view, const struct symbol *symbol)
{
    const struct deciding *deciding = view_deciding(view);
    struct reach reach = {deciding->arena, view_covenant(view), true, is_ladder, NULL};
    struct reach unstated = {deciding->arena, view_covenant(view), false, is_unstated, &view};
    if (symbol_is_ladder(symbol))
        return reach_ladder(deciding, symbol->index, unstated);
    return symbol->kind == SYMBOL_SECTION && symbol->index == NAME_ELIGIBLE && reach_symbol(&reach, symbol);
}

/* ---- time ---- */

static bool argument_is_constant(const struct covenant *covenant, const struct argument *argument)
{
    return argument->kind != ARGUMENT_SYMBOL || symbol_is_constant(covenant, argument->symbol);
}

bool symbol_is_constant(const struct covenant *covenant, const struct symbol *symbol)
{
    if (symbol->kind == SYMBOL_FACT)
        return true;
    if (symbol->kind == SYMBOL_SECTION) /* contracts and phases come from events alone */
        return symbol->index == NAME_CONTRACT_KIND || symbol->index == NAME_CONTRACT_SINCE ||
               symbol->index == NAME_SUPPORT_PHASE || symbol->index == NAME_PHASE_STARTED;
    if (symbol->kind != SYMBOL_DERIVED)
        return false;
    const struct derived *derived = &covenant->derived[symbol->index];
    if (derived->kind == DERIVED_OF)
        return condition_is_constant(covenant, derived->of);
    for (size_t i = 0; i < derived->arguments_count; i++)
        if (!argument_is_constant(covenant, &derived->arguments[i]))
            return false;
    bool since = derived->since.kind != ANCHOR_DEADLINE &&
                 (derived->since.kind != ANCHOR_SYMBOL || symbol_is_constant(covenant, derived->since.symbol));
    return since && !derived->has_within && (!derived->where || condition_is_constant(covenant, derived->where));
}

bool condition_is_constant(const struct covenant *covenant, const struct expression *expression)
{
    struct arena arena;
    struct uses uses = {0};
    bool constant = true;
    arena_init(&arena);
    expression_uses(&arena, expression, &uses);
    for (size_t i = 0; i < uses.count; i++) {
        const struct use *use = &uses.items[i];
        bool attribute = use->kind == USE_SYMBOL &&
                         (use->symbol->kind == SYMBOL_ATTRIBUTE || use->symbol->kind == SYMBOL_EVENT_DATE);
        if (use->kind == USE_DUE || use->kind == USE_MISSED)
            constant = false;
        else if (use->kind == USE_SYMBOL && !attribute)
            constant &= symbol_is_constant(covenant, use->symbol);
    }
    arena_finish(&arena);
    return constant;
}
