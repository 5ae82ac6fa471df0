/* The small sections: housing, journey, silent, guarantees. */
#include "covenant/parse.h"

static bool can_be_compared(enum type_kind kind)
{
    return kind == TYPE_INTEGER || kind == TYPE_MONEY || kind == TYPE_DATE;
}

static struct advised advised_of(struct reading *reading, const struct node *key, const struct node *item)
{
    struct advised advised = {.name = key->text, .fact = NOT_FOUND};
    enum type_kind kind = TYPE_TEXT;
    if (item->kind == NODE_MAP) {
        struct text_list facts = vocabulary_fact_names(reading->arena, reading->names->vocabulary);
        advised.fact = read_name_of(reading, node_get(item, "fact"), &facts, "fact", "unknown_fact");
        if (advised.fact == NOT_FOUND)
            return advised;
        kind = reading->names->vocabulary->facts[advised.fact].type.kind;
    } else {
        advised.literal = read_literal(item);
        kind = advised.literal.kind;
    }
    bool bound = text_ends_with(key->text, "_max") || text_ends_with(key->text, "_min");
    if (bound && !can_be_compared(kind))
        findings_add(reading->findings, SEVERITY_ERROR, "type_mismatch", item->place, item->width,
                     "`%.*s` is of type %s, expected a number or a date: of several the least or greatest is taken", TEXT_ARGS(key->text),
                     type_name(kind));
    return advised;
}

void parse_housing(struct reading *reading, const struct node *root, struct covenant *covenant)
{
    const struct node *list = node_get(root, "housing");
    covenant->housing_written = list;
    covenant->housing_count = list ? list->count : 0;
    struct housing_rule *housing =
        ARENA_ARRAY(reading->arena, covenant->housing_count ? covenant->housing_count : 1, struct housing_rule);
    for (size_t i = 0; i < covenant->housing_count; i++) {
        const struct node *item = list->items[i], *advise = node_get(item, "advise");
        housing[i].rule = read_rule(reading, item, NULL);
        housing[i].when = read_condition(reading, item, "when", CONDITION_MAY_USE_KNOWN);
        housing[i].advise_count = advise ? advise->count : 0;
        struct advised *advised = ARENA_ARRAY(reading->arena, housing[i].advise_count ? housing[i].advise_count : 1, struct advised);
        for (size_t k = 0; k < housing[i].advise_count; k++)
            advised[k] = advised_of(reading, advise->keys[k], advise->items[k]);
        housing[i].advise = advised;
    }
    covenant->housing = housing;
}

void parse_journey(struct reading *reading, const struct node *root, struct covenant *covenant)
{
    const struct node *list = node_get(root, "journey");
    covenant->journey_written = list;
    covenant->journey_count = list ? list->count : 0;
    struct stage *journey = ARENA_ARRAY(reading->arena, covenant->journey_count ? covenant->journey_count : 1, struct stage);
    for (size_t i = 0; i < covenant->journey_count; i++) {
        const struct node *item = list->items[i];
        journey[i].rule = read_rule(reading, item, NULL);
        journey[i].stage = read_text(item, "stage");
        journey[i].when = read_condition(reading, item, "when", CONDITION_MAY_USE_KNOWN);
        journey[i].then = read_actions(reading, item, "then", &journey[i].rule, &journey[i].then_count);
    }
    covenant->journey = journey;
}

void parse_blanks(struct reading *reading, const struct node *root, struct covenant *covenant)
{
    const struct node *list = node_get(root, "silent");
    covenant->blanks_count = list ? list->count : 0;
    struct blank *blanks = ARENA_ARRAY(reading->arena, covenant->blanks_count ? covenant->blanks_count : 1, struct blank);
    for (size_t i = 0; i < covenant->blanks_count; i++)
        blanks[i].rule = read_rule(reading, list->items[i], NULL);
    covenant->blanks = blanks;
}

void parse_guarantees(struct reading *reading, const struct node *root, struct covenant *covenant)
{
    const struct node *list = node_get(root, "guarantees");
    covenant->guarantees_count = list ? list->count : 0;
    struct guarantee *guarantees =
        ARENA_ARRAY(reading->arena, covenant->guarantees_count ? covenant->guarantees_count : 1, struct guarantee);
    for (size_t i = 0; i < covenant->guarantees_count; i++) {
        const struct node *item = list->items[i], *about = node_get(item, "about");
        guarantees[i].rule = read_rule(reading, item, NULL);
        guarantees[i].never = read_condition(reading, item, "never", 0);
        for (size_t k = 0; about && k < about->count; k++)
            for (size_t s = 0; s < SECTION_COUNT; s++)
                guarantees[i].about[s] |= text_is(about->items[k]->text, section_names[s]) ||
                                          (s == SECTION_CONTRACT && text_is(about->items[k]->text, "contracts"));
    }
    covenant->guarantees = guarantees;
}
