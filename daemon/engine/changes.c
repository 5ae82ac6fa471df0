#include "engine/changes.h"

#include <stdlib.h>

static void day_add(struct arena *arena, struct days *days, struct date day)
{
    struct date *room = arena_push(arena, &days->items, &days->count, &days->capacity, sizeof *room);
    *room = day;
}

static bool steps_by_events(const struct covenant *covenant, struct arena *arena, const struct expression *expression);

/* Does a derived name change only with events and the end of its `within`? */
static bool derived_steps_by_events(const struct covenant *covenant, struct arena *arena, const struct derived *derived)
{
    switch (derived->kind) {
    case DERIVED_OF:
        return steps_by_events(covenant, arena, derived->of);
    case DERIVED_COUNT:
    case DERIVED_FIRST:
    case DERIVED_LAST:
        return derived->since.kind != ANCHOR_SYMBOL && derived->since.kind != ANCHOR_DEADLINE &&
               (!derived->where || steps_by_events(covenant, arena, derived->where));
    case DERIVED_LUA:
        return false; /* a function may be handed `on` */
    }
    return false;
}

static bool steps_by_events(const struct covenant *covenant, struct arena *arena, const struct expression *expression)
{
    struct uses uses = {0};
    expression_uses(arena, expression, &uses);
    for (size_t i = 0; i < uses.count; i++) {
        const struct use *use = &uses.items[i];
        if (use->kind == USE_DUE || use->kind == USE_MISSED)
            return false;
        if (use->kind != USE_SYMBOL)
            continue;
        if (use->symbol->kind == SYMBOL_ON || use->symbol->kind == SYMBOL_SECTION)
            return false;
        if (use->symbol->kind == SYMBOL_DERIVED &&
            !derived_steps_by_events(covenant, arena, &covenant->derived[use->symbol->index]))
            return false;
    }
    return true;
}

static int by_day(const void *left, const void *right)
{
    return date_compare(*(const struct date *)left, *(const struct date *)right);
}

static void add_between(struct arena *arena, struct days *days, struct date day, struct date from, struct date until)
{
    if (date_compare(day, from) >= 0 && date_compare(day, until) <= 0)
        day_add(arena, days, day);
}

/* Each event's day, and the day on which each `within` that counts it ends. */
static void add_event_days(struct view *view, struct days *days, struct date from, struct date until)
{
    struct deciding *deciding = view_deciding(view);
    const struct covenant *covenant = view_covenant(view);
    for (size_t i = 0; i < deciding->case_file->entries_count; i++) {
        const struct entry *entry = &deciding->case_file->entries[i];
        add_between(deciding->arena, days, entry->on, from, until);
        for (size_t d = 0; d < covenant->derived_count; d++) {
            const struct derived *derived = &covenant->derived[d];
            if (!derived->has_within || derived->event != entry->event)
                continue;
            struct term_end end = calendar_term_end(deciding->arena, &deciding->rules->calendar, entry->on,
                                                    derived->within, false, REGIME_AS_WRITTEN);
            add_between(deciding->arena, days, end.raw, from, until);
        }
    }
}

struct days change_days(struct view *view, const struct expression *expression, struct date from, struct date until)
{
    struct arena *arena = view_deciding(view)->arena;
    struct days days = {0};
    if (date_compare(from, until) > 0)
        return days;
    day_add(arena, &days, from);
    if (steps_by_events(view_covenant(view), arena, expression))
        add_event_days(view, &days, from, until);
    else
        for (struct date day = {from.day + 1}; day.day <= until.day; day.day++)
            day_add(arena, &days, day);
    qsort(days.items, days.count, sizeof *days.items, by_day);
    size_t kept = 1;
    for (size_t i = 1; i < days.count; i++)
        if (date_compare(days.items[i], days.items[kept - 1]) != 0)
            days.items[kept++] = days.items[i];
    days.count = kept;
    return days;
}
