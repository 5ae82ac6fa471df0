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

/* The day on which an entry of this day falls out of a count; without a name the day itself. */
static struct date day_of(const struct deciding *deciding, const struct derived *derived, struct date on)
{
    return derived ? calendar_term_end(deciding->arena, &deciding->rules->calendar, on, derived->within, false,
                                       REGIME_AS_WRITTEN).raw
                   : on;
}

/*
 * The days from `from` through `until` on which an entry happens, or falls out of a count. Entries stand by day, and the
 * later one falls out no sooner: the first of them is found by halving.
 */
static void add_entries(const struct deciding *deciding, const struct derived *derived, struct days *days,
                        struct date from, struct date until)
{
    const struct case_file *case_file = deciding->case_file;
    size_t low = 0, high = case_file->entries_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (date_compare(day_of(deciding, derived, case_file->entries[middle].on), from) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < case_file->entries_count; low++) {
        struct date day = day_of(deciding, derived, case_file->entries[low].on);
        arena_work(deciding->arena, 1);
        if (date_compare(day, until) > 0)
            break;
        if (!derived || derived->event == case_file->entries[low].event)
            day_add(deciding->arena, days, day);
    }
}

/* Each event's day, and the day on which each `within` that counts it ends. */
static void add_event_days(struct view *view, struct days *days, struct date from, struct date until)
{
    const struct covenant *covenant = view_covenant(view);
    add_entries(view_deciding(view), NULL, days, from, until);
    for (size_t d = 0; d < covenant->derived_count; d++)
        if (covenant->derived[d].has_within)
            add_entries(view_deciding(view), &covenant->derived[d], days, from, until);
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
