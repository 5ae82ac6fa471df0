#include "engine/coverage.h"

#include "base/value.h"
#include "engine/example.h"

#include <string.h>

#define ANY_VALUE (POSSIBLE_TRUE | POSSIBLE_FALSE | POSSIBLE_UNKNOWN)

/* A condition as one version reads it: versions that take it from another share the item. */
struct coverage_place {
    const struct covenant *covenant;
    size_t item;
};

/* ---- what can be ---- */

/* A function that gets what is always there gives an answer, unless it fails. */
static unsigned call_possible(const struct derived *derived, const struct possibility *possibility)
{
    unsigned possible = POSSIBLE_TRUE | POSSIBLE_FALSE;
    for (size_t i = 0; i < derived->arguments_count; i++)
        if (derived->arguments[i].kind == ARGUMENT_SYMBOL)
            possible |= possibility->symbol(possibility->self, derived->arguments[i].symbol) & POSSIBLE_UNKNOWN;
    return possible;
}

static unsigned symbol_possible(const void *self, const struct symbol *symbol)
{
    const struct covenant *covenant = self;
    const struct vocabulary *vocabulary = &covenant->region->vocabulary;
    const struct possibility again = {self, symbol_possible};
    if (symbol->kind == SYMBOL_ON || symbol->kind == SYMBOL_EVENT_DATE)
        return POSSIBLE_TRUE | POSSIBLE_FALSE;
    if (symbol->kind == SYMBOL_SECTION && symbol->index == NAME_NUISANCE_LEVEL)
        return POSSIBLE_TRUE | POSSIBLE_FALSE;
    if (symbol->kind == SYMBOL_ATTRIBUTE) { /* only reports have attributes in a condition of a rule */
        size_t report = vocabulary_event(vocabulary, TEXT("nuisance_reported"));
        return vocabulary->events[report].attributes[symbol->index].optional ? ANY_VALUE
                                                                             : POSSIBLE_TRUE | POSSIBLE_FALSE;
    }
    if (symbol->kind != SYMBOL_DERIVED)
        return ANY_VALUE;
    const struct derived *derived = &covenant->derived[symbol->index];
    if (derived->kind == DERIVED_LUA)
        return call_possible(derived, &again);
    if (derived->kind == DERIVED_OF)
        return expression_possible(derived->of, &again);
    return derived->kind == DERIVED_COUNT && derived->since.kind == ANCHOR_NONE ? POSSIBLE_TRUE | POSSIBLE_FALSE
                                                                                : ANY_VALUE;
}

unsigned coverage_lacking(const struct coverage_item *item)
{
    return item->possible & ~item->seen;
}

/* ---- all conditions ---- */

struct walk {
    struct arena *arena;
    struct coverage *coverage;
    const struct covenant *covenant;
    const char *section;
};

static void add(struct walk *walk, const struct rule *rule, const char *key, const struct expression *condition)
{
    struct coverage *coverage = walk->coverage;
    const struct possibility possibility = {walk->covenant, symbol_possible};
    if (!condition || !rule->place.file)
        return;
    size_t at = 0;
    while (at < coverage->count &&
           !(coverage->items[at].file == rule->place.file && text_equal(coverage->items[at].rule, rule->id) &&
             strcmp(coverage->items[at].section, walk->section) == 0 && strcmp(coverage->items[at].key, key) == 0))
        at++;
    if (at == coverage->count) {
        struct coverage_item *item =
            arena_push(walk->arena, &coverage->items, &coverage->count, &coverage->capacity, sizeof *item);
        *item = (struct coverage_item){.file = rule->place.file, .section = walk->section, .key = key, .rule = rule->id,
                                       .condition = condition};
    }
    coverage->items[at].possible |= expression_possible(condition, &possibility);
    struct coverage_place *place = arena_push(walk->arena, &coverage->places, &coverage->places_count,
                                              &coverage->places_capacity, sizeof *place);
    *place = (struct coverage_place){walk->covenant, at};
}

static void add_requirements(struct walk *walk, const struct requirement *requirements, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add(walk, &requirements[i].rule, "applies", requirements[i].applies);
        add(walk, &requirements[i].rule, "require", requirements[i].require);
    }
}

static void add_eligibility(struct walk *walk, const struct eligibility *eligibility)
{
    walk->section = "eligibility";
    add_requirements(walk, eligibility->requirements, eligibility->requirements_count);
    for (size_t i = 0; i < eligibility->exceptions_count; i++)
        add(walk, &eligibility->exceptions[i].rule, "when", eligibility->exceptions[i].when);
    add_requirements(walk, eligibility->conditions, eligibility->conditions_count);
}

static void add_support(struct walk *walk, const struct support *support)
{
    walk->section = "support";
    if (support->mandatory)
        add(walk, &support->mandatory->rule, "when", support->mandatory->when);
    for (size_t i = 0; i < support->steps_count; i++)
        add(walk, &support->steps[i].rule, "require", support->steps[i].require);
    for (size_t i = 0; i < support->refusals_count; i++)
        add(walk, &support->refusals[i].rule, "when", support->refusals[i].when);
}

static void add_contracts(struct walk *walk, const struct contracts *contracts)
{
    walk->section = "contract";
    for (size_t i = 0; i < contracts->kinds_count; i++)
        add(walk, &contracts->kinds[i].rule, "applies", contracts->kinds[i].applies);
    for (size_t i = 0; i < contracts->advice_count; i++)
        add(walk, &contracts->advice[i].rule, "when", contracts->advice[i].when);
    for (size_t i = 0; i < contracts->conversions_count; i++)
        add_requirements(walk, contracts->conversions[i].requirements, contracts->conversions[i].requirements_count);
}

static void add_nuisance(struct walk *walk, const struct nuisance *nuisance)
{
    walk->section = "nuisance";
    add(walk, &nuisance->rule, "counts", nuisance->counts);
    for (size_t i = 0; i < nuisance->levels_count; i++) {
        add(walk, &nuisance->levels[i].rule, "enter", nuisance->levels[i].enter);
        add(walk, &nuisance->levels[i].rule, "at_once", nuisance->levels[i].at_once);
    }
    if (nuisance->relapse)
        add(walk, &nuisance->relapse->rule, "when", nuisance->relapse->when);
    add_requirements(walk, nuisance->before_termination, nuisance->before_termination_count);
}

static void add_covenant(struct walk *walk)
{
    const struct covenant *covenant = walk->covenant;
    add_eligibility(walk, &covenant->eligibility);
    add_support(walk, &covenant->support);
    walk->section = "deadlines";
    for (size_t i = 0; i < covenant->deadlines_count; i++)
        add(walk, &covenant->deadlines[i].rule, "applies", covenant->deadlines[i].applies);
    add_contracts(walk, &covenant->contracts);
    add_nuisance(walk, &covenant->nuisance);
    walk->section = "housing";
    for (size_t i = 0; i < covenant->housing_count; i++)
        add(walk, &covenant->housing[i].rule, "when", covenant->housing[i].when);
    walk->section = "journey";
    for (size_t i = 0; i < covenant->journey_count; i++)
        add(walk, &covenant->journey[i].rule, "when", covenant->journey[i].when);
    walk->section = "guarantees";
    for (size_t i = 0; i < covenant->guarantees_count; i++)
        add(walk, &covenant->guarantees[i].rule, "never", covenant->guarantees[i].never);
}

/* ---- what was ---- */

static struct text member(const struct value *object, const char *name)
{
    const struct value *value = value_get(object, name);
    return value && value->kind == VALUE_TEXT ? value->text : (struct text){0};
}

static unsigned value_seen(const struct value *traced)
{
    const struct value *value = value_get(traced, "value");
    return !value ? POSSIBLE_UNKNOWN : value->boolean ? POSSIBLE_TRUE : POSSIBLE_FALSE;
}

/* What is asked of a rule that does not apply decides nothing: its `applies` is traced just before. */
static bool is_idle(const struct value *traced, const struct value *before)
{
    return before && text_is(member(traced, "key"), "require") && text_is(member(before, "key"), "applies") &&
           text_equal(member(traced, "rule"), member(before, "rule")) && value_seen(before) == POSSIBLE_FALSE;
}

static void see(struct coverage *coverage, const struct region *region, const struct value *traced)
{
    for (size_t i = 0; i < coverage->places_count; i++) {
        const struct coverage_place *place = &coverage->places[i];
        struct coverage_item *item = &coverage->items[place->item];
        if (place->covenant->region == region && text_equal(item->rule, member(traced, "rule")) &&
            text_is(member(traced, "key"), item->key) && text_is(member(traced, "section"), item->section) &&
            text_equal(place->covenant->version, member(traced, "version")))
            item->seen |= value_seen(traced);
    }
}

static void see_decision(struct coverage *coverage, const struct region *region, const struct value *decision)
{
    const struct value *rules = value_get(value_get(decision, "trace"), "rules");
    for (size_t i = 0; rules && i < rules->count; i++)
        if (!is_idle(rules->items[i], i ? rules->items[i - 1] : NULL))
            see(coverage, region, rules->items[i]);
}

struct coverage coverage_of(struct arena *arena, const struct rules *rules)
{
    struct coverage coverage = {0};
    struct walk walk = {.arena = arena, .coverage = &coverage};
    for (size_t r = 0; r < rules->regions_count; r++)
        for (size_t v = 0; v < rules->regions[r]->versions_count; v++) {
            walk.covenant = rules->regions[r]->versions[v];
            add_covenant(&walk);
        }
    for (size_t i = 0; i < rules->examples_count; i++) {
        struct arena trial; /* a traced decision is large: each example has its own room */
        arena_init(&trial);
        const struct value *decisions = example_traced(&trial, rules, &rules->examples[i]);
        for (size_t d = 0; d < decisions->count; d++)
            see_decision(&coverage, rules->examples[i].region, decisions->items[d]);
        arena_finish(&trial);
    }
    return coverage;
}
