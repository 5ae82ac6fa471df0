/*
 * Guarantees: what must never come out, whatever the other rules say. Judged last; broken only by true. Then the
 * sections it names are undetermined, with the guarantee as the reason: a person must look.
 */
#include "engine/guarantee.h"

static void undetermine(struct arena *arena, struct value *section, struct value *reason)
{
    if (section->kind == VALUE_LIST) { /* deadlines, next_steps: each item */
        for (size_t i = 0; i < section->count; i++) {
            value_set(arena, section->items[i], "status", value_string(arena, "undetermined"));
            value_set(arena, section->items[i], "guarantee", value_copy(arena, reason));
        }
        return;
    }
    struct value *conversion = value_get(section, "conversion");
    struct value *target = conversion ? conversion : section;
    struct value *reasons = value_list(arena);
    value_append(arena, reasons, reason);
    value_set(arena, target, "outcome", value_string(arena, "undetermined"));
    value_set(arena, target, "reasons", reasons);
    value_remove(target, "conditions");
    value_remove(target, "settled");
}

/* Is a section that it names in the decision? */
static bool is_asked(const struct guarantee *guarantee, const struct value *decision)
{
    bool asked = false;
    for (size_t section = 0; section < SECTION_COUNT; section++)
        asked |= guarantee->about[section] && value_get(decision, section_names[section]);
    return asked;
}

void guarantees_apply(struct deciding *deciding, struct value *decision)
{
    struct view *view = view_today(deciding);
    for (size_t i = 0; i < deciding->covenant->guarantees_count; i++) {
        const struct guarantee *guarantee = &deciding->covenant->guarantees[i];
        if (!is_asked(guarantee, decision))
            continue;
        struct judged never = view_judge(view, guarantee->never, NULL);
        trace_rule(view, "guarantees", &guarantee->rule, guarantee->never, "never", NULL, &never);
        if (!answer_is_true(never.answer))
            continue;
        for (size_t section = 0; section < SECTION_COUNT; section++) {
            struct value *shown = value_get(decision, section_names[section]);
            if (guarantee->about[section] && shown && section != SECTION_NEXT_STEPS)
                undetermine(deciding->arena, shown, judged_reason(view, &guarantee->rule, &never));
        }
    }
}
