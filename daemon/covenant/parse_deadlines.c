#include "covenant/parse.h"

/* Roughly how many days; terms in hours and working days are not compared with others. */
static long long days_of(struct term term)
{
    switch (term.unit) {
    case UNIT_DAYS:
        return term.count;
    case UNIT_WEEKS:
        return term.count * 7LL;
    case UNIT_MONTHS:
        return term.count * 30LL;
    case UNIT_YEARS:
        return term.count * 365LL;
    case UNIT_HOURS:
    case UNIT_WORKING_DAYS:
        break;
    }
    return -1;
}

static bool is_longer(struct term a, struct term b)
{
    if (a.unit == b.unit)
        return a.count > b.count;
    return days_of(a) >= 0 && days_of(b) >= 0 && days_of(a) > days_of(b);
}

static void check_terms(struct reading *reading, const struct node *map, const struct deadline *deadline)
{
    const struct node *target = node_get(map, "target"), *opens = node_get(map, "opens"), *closes = node_get(map, "closes");
    bool terms = deadline->target.has && deadline->limit.has && deadline->target.blank == NOT_FOUND && deadline->limit.blank == NOT_FOUND;
    if (terms && is_longer(deadline->target.term, deadline->limit.term))
        findings_add(reading->findings, SEVERITY_WARNING, "target_after_limit", target->place, target->width,
                     "the target `%.*s` is longer than the limit `%.*s`", TEXT_ARGS(target->text), TEXT_ARGS(read_text(map, "limit")));
    if (opens && closes && is_longer(deadline->closes, deadline->opens))
        findings_add(reading->findings, SEVERITY_ERROR, "window_upside_down", closes->place, closes->width,
                     "the window closes `%.*s` before and opens `%.*s` before: it would close before it opens", TEXT_ARGS(closes->text),
                     TEXT_ARGS(opens->text));
}

void parse_deadline(struct reading *reading, const struct node *map, struct deadline *deadline)
{
    int any = ANCHOR_MAY_BE_DATE | ANCHOR_MAY_BE_DEADLINE;
    const struct node *in_force = node_get(map, "in_force");
    deadline->rule = read_rule(reading, map, NULL);
    deadline->has_from = read_date(in_force, "from", &deadline->from);
    deadline->has_until = read_date(in_force, "until", &deadline->until);
    if (deadline->has_from && deadline->has_until && date_compare(deadline->until, deadline->from) < 0)
        findings_add(reading->findings, SEVERITY_ERROR, "until_before_from", node_get(in_force, "until")->place,
                     node_get(in_force, "until")->width, "the last day lies before the first");
    deadline->applies = read_condition(reading, map, "applies", CONDITION_MAY_USE_KNOWN);
    deadline->owner = read_role(reading, node_get(map, "owner"));
    deadline->starts = read_anchor(reading, node_get(map, "starts"), any);
    deadline->target = read_term_or_blank(reading, map, "target");
    deadline->limit = read_term_or_blank(reading, map, "limit");
    deadline->same_day = read_is(map, "counts_from", "same_day");
    deadline->regime = read_regime(map);
    deadline->counts_back_from = read_anchor(reading, node_get(map, "counts_back_from"), any);
    read_days(reading, map, "opens", &deadline->opens);
    read_days(reading, map, "closes", &deadline->closes);
    const struct node *const *met_by = read_some(reading->arena, node_get(map, "met_by"), &deadline->met_by_count);
    size_t *events = ARENA_ARRAY(reading->arena, deadline->met_by_count ? deadline->met_by_count : 1, size_t);
    for (size_t i = 0; i < deadline->met_by_count; i++)
        events[i] = read_event(reading, met_by[i]);
    deadline->met_by = events;
    deadline->pauses = read_pauses(reading, map, &deadline->pauses_count);
    deadline->best_efforts = read_is(map, "duty", "best_efforts");
    deadline->when_missed = read_action(reading, map, "when_missed", &deadline->rule);
    deadline->when_passed = read_filled(reading, map, "when_passed");
    check_terms(reading, map, deadline);
}
