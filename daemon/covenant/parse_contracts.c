#include "covenant/parse.h"

static void read_kinds(struct reading *reading, const struct node *map, struct contracts *contracts)
{
    contracts->kinds_count = map ? map->count : 0;
    struct contract_kind *kinds =
        ARENA_ARRAY(reading->arena, contracts->kinds_count ? contracts->kinds_count : 1, struct contract_kind);
    for (size_t i = 0; i < contracts->kinds_count; i++) {
        const struct node *item = map->items[i];
        struct contract_kind *kind = &kinds[i];
        kind->rule = read_rule(reading, item, NULL);
        kind->rule.id = map->keys[i]->text;
        kind->rule.place = map->keys[i]->place;
        kind->tenant = read_role(reading, node_get(item, "tenant"));
        kind->has_fixed_term = read_days(reading, item, "fixed_term", &kind->fixed_term);
        kind->applies = read_condition(reading, item, "applies", CONDITION_MAY_USE_KNOWN);
    }
    contracts->kinds = kinds;
}

static size_t kind_named(struct reading *reading, const struct node *map, const char *key)
{
    return read_name_of(reading, node_get(map, key), &reading->names->kinds, "kind of contract", "unknown_kind");
}

static void read_advice(struct reading *reading, const struct node *list, struct contracts *contracts)
{
    contracts->advice_count = list ? list->count : 0;
    struct contract_advice *advice =
        ARENA_ARRAY(reading->arena, contracts->advice_count ? contracts->advice_count : 1, struct contract_advice);
    for (size_t i = 0; i < contracts->advice_count; i++) {
        advice[i].rule = read_rule(reading, list->items[i], NULL);
        advice[i].kind = kind_named(reading, list->items[i], "kind");
        advice[i].when = read_condition(reading, list->items[i], "when", CONDITION_MAY_USE_KNOWN);
    }
    contracts->advice = advice;
}

static void read_conversion(struct reading *reading, const struct node *map, struct conversion *conversion)
{
    const struct node *to = node_get(map, "to");
    conversion->rule = read_rule(reading, map, NULL);
    conversion->from = kind_named(reading, map, "from");
    conversion->to = kind_named(reading, map, "to");
    if (to && conversion->from != NOT_FOUND && conversion->from == conversion->to)
        findings_add(reading->findings, SEVERITY_ERROR, "step_nowhere", to->place, to->width,
                     "a conversion from `%.*s` to itself is no conversion", TEXT_ARGS(to->text));
    read_days(reading, map, "after", &conversion->after);
    conversion->pauses = read_pauses(reading, map, &conversion->pauses_count);
    conversion->convert_by_default = read_is(map, "default", "convert");
    conversion->requirements = read_requirements(reading, map, "requirements", &conversion->rule, &conversion->requirements_count);
    const struct node *const *roles = read_some(reading->arena, node_get(map, "approved_by"), &conversion->approved_by_count);
    size_t *approved_by = ARENA_ARRAY(reading->arena, conversion->approved_by_count ? conversion->approved_by_count : 1, size_t);
    for (size_t i = 0; i < conversion->approved_by_count; i++) {
        approved_by[i] = read_role(reading, roles[i]);
        for (size_t k = 0; k < i; k++)
            if (approved_by[k] == approved_by[i] && approved_by[i] != NOT_FOUND)
                findings_add(reading->findings, SEVERITY_ERROR, "duplicate_name", roles[i]->place, roles[i]->width,
                             "`%.*s` stands here twice", TEXT_ARGS(roles[i]->text));
    }
    conversion->approved_by = approved_by;
    conversion->otherwise = read_action(reading, map, "otherwise", &conversion->rule);
}

void parse_contracts(struct reading *reading, const struct node *root, struct contracts *contracts)
{
    const struct node *map = node_get(root, "contracts"), *list = node_get(map, "conversions");
    contracts->advised_by = NOT_FOUND;
    if (!map)
        return;
    contracts->written = true;
    contracts->rule = read_rule(reading, map, NULL);
    contracts->rule.id = TEXT("contracts");
    read_kinds(reading, node_get(map, "kinds"), contracts);
    contracts->advised_by = read_role(reading, node_get(map, "advised_by"));
    read_advice(reading, node_get(map, "advice"), contracts);
    contracts->conversions_count = list ? list->count : 0;
    struct conversion *conversions =
        ARENA_ARRAY(reading->arena, contracts->conversions_count ? contracts->conversions_count : 1, struct conversion);
    for (size_t i = 0; i < contracts->conversions_count; i++)
        read_conversion(reading, list->items[i], &conversions[i]);
    contracts->conversions = conversions;
}
