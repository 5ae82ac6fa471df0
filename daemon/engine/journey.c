/*
 * Where somebody is on the way: the stage is the last one whose `when` was true on some day. It is judged on each
 * event's day in turn, with the events up to then, and on the day decided for.
 */
#include "engine/decision.h"

struct arrival {
    size_t stage; /* index, or NOT_FOUND before the first */
    struct date since;
    struct judged when; /* on that day */
};

static void arrive(struct view *view, struct arrival *arrival)
{
    const struct covenant *covenant = view_covenant(view);
    for (size_t i = covenant->journey_count; i > 0; i--) {
        if (arrival->stage != NOT_FOUND && i - 1 <= arrival->stage)
            return;
        struct judged when = view_judge(view, covenant->journey[i - 1].when, NULL);
        if (answer_is_true(when.answer)) {
            *arrival = (struct arrival){i - 1, view_on(view), when};
            return;
        }
    }
}

static struct arrival arrival_of(struct view *view)
{
    struct deciding *deciding = view_deciding(view);
    struct arrival arrival = {.stage = NOT_FOUND};
    const struct entry *entries = deciding->case_file->entries;
    for (size_t i = 0; i < view_entries_count(view); i++)
        if (i == 0 || date_compare(entries[i].on, entries[i - 1].on) != 0)
            arrive(view_at(deciding, view_covenant(view), entries[i].on), &arrival);
    arrive(view, &arrival);
    return arrival;
}

struct judged journey_current_stage(struct view *view)
{
    struct arrival arrival = arrival_of(view);
    struct judged judged = {.evidence = arrival.when.evidence};
    if (arrival.stage == NOT_FOUND) {
        judged.answer = answer_unknown(view_deciding(view)->arena, CAUSE_FAILURE, TEXT("stage"),
                                       TEXT("no stage of the journey is reached yet"));
        return judged;
    }
    struct scalar stage = {.kind = TYPE_TEXT, .as.text = view_covenant(view)->journey[arrival.stage].stage};
    judged.answer = answer_known(stage);
    return judged;
}

static void set_stage(struct view *view, const struct arrival *arrival, struct value *section)
{
    struct arena *arena = view_deciding(view)->arena;
    const struct stage *stage = &view_covenant(view)->journey[arrival->stage];
    struct value *actions = value_list(arena), *reasons = value_list(arena);
    const struct entry *started = arrival->when.evidence.entries_count
                                      ? arrival->when.evidence.entries[arrival->when.evidence.entries_count - 1]
                                      : NULL;
    value_set(arena, section, "stage", value_text(arena, stage->stage));
    value_set(arena, section, "since", value_date(arena, arrival->since));
    value_append(arena, reasons, judged_reason(view, &stage->rule, &arrival->when));
    value_set(arena, section, "reasons", reasons);
    for (size_t i = 0; i < stage->then_count; i++)
        value_append(arena, actions, action_value(view, &stage->then[i], &stage->rule, arrival->since, started, true));
    value_set(arena, section, "actions", actions);
}

struct value *journey_decide(struct deciding *deciding)
{
    struct arena *arena = deciding->arena;
    struct view *view = view_today(deciding);
    const struct covenant *covenant = deciding->covenant;
    struct value *section = value_object(arena);
    struct arrival arrival = arrival_of(view);
    struct missing missing;
    missing_init(&missing, deciding);
    if (arrival.stage != NOT_FOUND)
        set_stage(view, &arrival, section);
    size_t next = arrival.stage == NOT_FOUND ? 0 : arrival.stage + 1;
    if (next < covenant->journey_count) {
        struct value *stage = rule_shown(view, &covenant->journey[next].rule);
        value_set(arena, stage, "stage", value_text(arena, covenant->journey[next].stage));
        value_set(arena, stage, "when", value_text(arena, expression_text(covenant->journey[next].when)));
        value_set(arena, section, "next", stage);
    }
    for (size_t i = 0; i < covenant->journey_count; i++) {
        struct judged when = view_judge(view, covenant->journey[i].when, NULL);
        trace_rule(view, "journey", &covenant->journey[i].rule, covenant->journey[i].when, "when", NULL, &when);
        if (!when.answer.known && i >= next)
            missing_add(&missing, when.answer.causes, covenant->journey[i].rule.id);
    }
    missing_set(&missing, section);
    return section;
}
