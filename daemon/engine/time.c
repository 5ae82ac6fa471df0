/*
 * The mere passage of time: the first later day on which an outcome changes. Days to look at come from the conditions
 * (thresholds of `on`, ends of `within`, ends of terms, first days of versions); where a condition depends on a
 * ladder or a function of the date, every day is looked at for two years. Each day found was decided in a trial.
 */
#include "engine/changes.h"
#include "engine/variable.h"

#include <stdlib.h>

/* How far days are looked at one by one, where the conditions do not tell which. */
#define DAYS_LOOKED_AT_MAX 731

struct future {
    const struct inquiry *inquiry;
    struct view *view;
    struct days days;
    bool daily; /* the conditions do not tell which days */
};

static void future_add(struct future *future, struct date day)
{
    struct date last;
    (void)date_of(YEAR_MAX, 12, 31, &last);
    if (date_compare(day, future->inquiry->deciding->on) <= 0 || date_compare(day, last) > 0)
        return;
    struct date *room = arena_push(future->inquiry->deciding->arena, &future->days.items, &future->days.count,
                                   &future->days.capacity, sizeof *room);
    *room = day;
}

static void add_threshold_days(struct future *future, const struct expression *condition)
{
    struct deciding *deciding = future->inquiry->deciding;
    const struct symbol on = {.kind = SYMBOL_ON, .name = TEXT("on"), .type = {TYPE_DATE, NULL}};
    struct scalar *thresholds = NULL;
    size_t count = 0, capacity = 0;
    const struct expression *filled = expression_known_in(future->view, condition, false);
    if (!expression_thresholds(deciding->arena, filled, &on, deciding->on, &thresholds, &count, &capacity))
        future->daily = true;
    for (size_t i = 0; i < count; i++)
        for (int step = -1; step <= 1; step++)
            future_add(future, (struct date){thresholds[i].as.date.day + step});
}

static void add_symbol_days(struct future *future, const struct symbol *symbol)
{
    struct deciding *deciding = future->inquiry->deciding;
    const struct covenant *covenant = deciding->covenant;
    if (symbol->kind == SYMBOL_ON || symbol_is_constant(covenant, symbol))
        return;
    const struct derived *derived = symbol->kind == SYMBOL_DERIVED ? &covenant->derived[symbol->index] : NULL;
    if (!derived || derived->kind == DERIVED_LUA || (derived->kind != DERIVED_OF && derived->where)) {
        future->daily = true;
        return;
    }
    if (derived->kind == DERIVED_OF) {
        struct uses uses = {0};
        expression_uses(deciding->arena, derived->of, &uses);
        for (size_t i = 0; i < uses.count; i++)
            if (uses.items[i].kind == USE_SYMBOL)
                add_symbol_days(future, uses.items[i].symbol);
        return;
    }
    for (size_t i = 0; derived->has_within && i < view_entries_count(future->view); i++)
        if (deciding->case_file->entries[i].event == derived->event)
            future_add(future, calendar_term_end(deciding->arena, &deciding->rules->calendar,
                                                 deciding->case_file->entries[i].on, derived->within, false,
                                                 REGIME_AS_WRITTEN).raw);
    future->daily |= derived->since.kind == ANCHOR_SYMBOL || derived->since.kind == ANCHOR_DEADLINE;
}

static void add_condition_days(struct future *future, const struct expression *condition)
{
    struct uses uses = {0};
    expression_uses(future->inquiry->deciding->arena, condition, &uses);
    add_threshold_days(future, condition);
    for (size_t i = 0; i < uses.count; i++) {
        const struct use *use = &uses.items[i];
        if (use->kind == USE_SYMBOL)
            add_symbol_days(future, use->symbol);
        if (use->kind == USE_DUE || use->kind == USE_MISSED) {
            struct judged due = deadline_due(future->view, use->index);
            if (due.answer.known)
                future_add(future, (struct date){due.answer.value.as.date.day + 1});
            future->daily = true; /* a pause may be open */
        }
    }
}

static int by_day(const void *left, const void *right)
{
    return date_compare(*(const struct date *)left, *(const struct date *)right);
}

static struct days future_days(const struct inquiry *inquiry)
{
    struct deciding *deciding = inquiry->deciding;
    struct future future = {.inquiry = inquiry, .view = view_today(deciding)};
    for (size_t p = 0; p < inquiry->parts_count; p++)
        for (size_t c = 0; inquiry->parts[p].conditions[c]; c++)
            add_condition_days(&future, inquiry->parts[p].conditions[c]);
    for (size_t i = 0; i < inquiry->days_count; i++)
        future_add(&future, inquiry->days[i]);
    for (size_t i = 0; i < deciding->region->versions_count; i++)
        future_add(&future, deciding->region->versions[i]->from);
    for (int i = 1; future.daily && i <= DAYS_LOOKED_AT_MAX; i++)
        future_add(&future, (struct date){deciding->on.day + i});
    if (future.days.count)
        qsort(future.days.items, future.days.count, sizeof *future.days.items, by_day);
    return future.days;
}

/* The case as it is known today, decided on a later day: what is dated after today takes no part. */
static bool outcome_at(const struct inquiry *inquiry, const struct case_file *today, struct date day,
                       outcome_in outcome, int *result)
{
    struct arena *arena = inquiry->deciding->arena;
    struct arena_mark mark = arena_mark(arena);
    struct deciding trial = deciding_trial(inquiry->deciding, arena);
    trial.on = day;
    trial.case_file = today;
    trial.covenant = covenant_of_case(today, day);
    bool decided = trial.covenant != NULL;
    if (decided)
        *result = outcome(inquiry, &trial);
    arena_back(arena, mark);
    return decided;
}

static struct case_file case_today(const struct inquiry *inquiry)
{
    struct case_file today = *inquiry->deciding->case_file;
    today.entries_count = view_entries_count(view_today(inquiry->deciding));
    return today;
}

bool inquire_change(const struct inquiry *inquiry, int now, outcome_in outcome, struct change *change)
{
    struct days days = future_days(inquiry);
    struct case_file today = case_today(inquiry);
    for (size_t i = 0; i < days.count; i++) {
        change->on = days.items[i];
        if (outcome_at(inquiry, &today, days.items[i], outcome, &change->outcome) && change->outcome != now)
            return true;
    }
    return false;
}

bool inquire_when(const struct inquiry *inquiry, int wanted, outcome_in outcome, struct date *when)
{
    struct days days = future_days(inquiry);
    struct case_file today = case_today(inquiry);
    for (size_t i = 0; i < days.count; i++) {
        int found;
        *when = days.items[i];
        if (outcome_at(inquiry, &today, days.items[i], outcome, &found) && found == wanted)
            return true;
    }
    return false;
}
