#include "covenant/parse.h"

static void read_waives(struct reading *reading, const struct node *map, const struct node *requirements, struct exception *exception)
{
    struct text_list ids = {0};
    for (size_t i = 0; requirements && i < requirements->count; i++)
        text_list_add(reading->arena, &ids, read_text(requirements->items[i], "id"));
    size_t count;
    const struct node *const *some = read_some(reading->arena, node_get(map, "waives"), &count);
    for (size_t i = 0; i < count; i++)
        if (read_name_of(reading, some[i], &ids, "requirement", "unknown_id") != NOT_FOUND)
            text_list_add(reading->arena, &exception->waives, some[i]->text);
}

void parse_eligibility(struct reading *reading, const struct node *root, struct eligibility *eligibility)
{
    const struct node *map = node_get(root, "eligibility"), *list = node_get(map, "exceptions");
    if (!map)
        return;
    eligibility->written = true;
    eligibility->requirements = read_requirements(reading, map, "requirements", NULL, &eligibility->requirements_count);
    eligibility->conditions = read_requirements(reading, map, "conditions", NULL, &eligibility->conditions_count);
    eligibility->exceptions_count = list ? list->count : 0;
    struct exception *exceptions =
        ARENA_ARRAY(reading->arena, eligibility->exceptions_count ? eligibility->exceptions_count : 1, struct exception);
    for (size_t i = 0; i < eligibility->exceptions_count; i++) {
        const struct node *item = list->items[i];
        exceptions[i].rule = read_rule(reading, item, NULL);
        read_waives(reading, item, node_get(map, "requirements"), &exceptions[i]);
        exceptions[i].by_hardship = read_role(reading, node_get(item, "by_hardship"));
        exceptions[i].when = read_condition(reading, item, "when", CONDITION_MAY_USE_KNOWN);
    }
    eligibility->exceptions = exceptions;
}
