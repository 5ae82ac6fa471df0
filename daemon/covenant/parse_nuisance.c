#include "covenant/parse.h"

static void read_levels(struct reading *reading, const struct node *list, struct nuisance *nuisance)
{
    nuisance->levels_count = list ? list->count : 0;
    struct nuisance_level *levels =
        ARENA_ARRAY(reading->arena, nuisance->levels_count ? nuisance->levels_count : 1, struct nuisance_level);
    for (size_t i = 0; i < nuisance->levels_count; i++) {
        const struct node *item = list->items[i];
        struct nuisance_level *level = &levels[i];
        level->rule = read_rule(reading, item, NULL);
        level->enter = read_condition(reading, item, "enter", CONDITION_OF_A_REPORT);
        level->at_once = read_condition(reading, item, "at_once", CONDITION_OF_A_REPORT);
        level->actions = read_actions(reading, item, "actions", &level->rule, &level->actions_count);
        level->has_quiet = read_days(reading, item, "quiet", &level->quiet);
    }
    nuisance->levels = levels;
}

void parse_nuisance(struct reading *reading, const struct node *root, struct nuisance *nuisance)
{
    const struct node *map = node_get(root, "nuisance"), *relapse = node_get(map, "relapse");
    if (!map)
        return;
    nuisance->written = true;
    nuisance->rule = read_rule(reading, map, NULL);
    nuisance->rule.id = TEXT("nuisance");
    nuisance->governed_by_event = read_is(map, "governed_by", "event");
    nuisance->counts = read_condition(reading, map, "counts", CONDITION_OF_A_REPORT);
    read_levels(reading, node_get(map, "levels"), nuisance);
    if (relapse) {
        struct relapse *made = ARENA_NEW(reading->arena, struct relapse);
        made->rule = read_rule(reading, relapse, NULL);
        made->when = read_condition(reading, relapse, "when", CONDITION_MAY_USE_KNOWN);
        made->actions = read_actions(reading, relapse, "actions", &made->rule, &made->actions_count);
        nuisance->relapse = made;
    }
    nuisance->before_termination =
        read_requirements(reading, map, "before_termination", &nuisance->rule, &nuisance->before_termination_count);
}
