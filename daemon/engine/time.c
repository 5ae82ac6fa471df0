/*
 * The mere passage of time: from one day on which something may change to the next. Which day that is comes from the
 * conditions as they stand on the day before it: thresholds of `on`, ends of `within`, first days of versions, and what
 * the section adds. Where a condition depends on a ladder, a function or a term, or compares `on` with what is not
 * known, every day is looked at for two years. On each day the section is decided in a trial.
 */
#include "base/limits.h"
#include "engine/inquiry.h"
#include "engine/variable.h"

/* How far days are looked at one by one, where the conditions do not tell which. */
#define DAYS_LOOKED_AT_MAX 731

/* The next day to look at, as seen from one day. */
struct next {
    struct deciding *trial; /* on that day */
    struct view *view;
    struct date day;
    bool found;
    bool daily; /* the conditions do not tell which days */
};

static void next_add(struct next *next, struct date day)
{
    struct date last;
    (void)date_of(YEAR_MAX, 12, 31, &last);
    if (date_compare(day, next->trial->on) <= 0 || date_compare(day, last) > 0)
        return;
    if (!next->found || date_compare(day, next->day) < 0)
        next->day = day;
    next->found = true;
}

/* ---- what conditions tell ---- */

static void add_thresholds(struct next *next, const struct expression *condition)
{
    const struct symbol on = {.kind = SYMBOL_ON, .name = TEXT("on"), .type = {TYPE_DATE, NULL}};
    struct scalar *thresholds = NULL;
    size_t count = 0, capacity = 0;
    const struct expression *filled = expression_known_in(next->view, condition, NULL, NULL);
    if (!expression_thresholds(next->trial->arena, filled, &on, next->trial->on, &thresholds, &count, &capacity))
        next->daily = true;
    for (size_t i = 0; i < count; i++)
        for (int step = -1; step <= 1; step++)
            next_add(next, (struct date){thresholds[i].as.date.day + step});
}

static void add_symbol(struct next *next, const struct symbol *symbol);

/* Days on which an entry falls out of a count, a first or a last. */
static void add_entries(struct next *next, const struct derived *derived)
{
    const struct deciding *trial = next->trial;
    for (size_t i = 0; derived->has_within && i < view_entries_count(next->view); i++)
        if (trial->case_file->entries[i].event == derived->event)
            next_add(next, calendar_term_end(trial->arena, &trial->rules->calendar, trial->case_file->entries[i].on,
                                             derived->within, false, REGIME_AS_WRITTEN).raw);
    if (derived->since.kind == ANCHOR_SYMBOL)
        next->daily |= !symbol_is_constant(trial->covenant, derived->since.symbol);
    next->daily |= derived->since.kind == ANCHOR_DEADLINE;
    next->daily |= derived->where && !condition_is_constant(trial->covenant, derived->where);
}

static void add_symbol(struct next *next, const struct symbol *symbol)
{
    const struct covenant *covenant = next->trial->covenant;
    if (symbol->kind == SYMBOL_ON || symbol_is_constant(covenant, symbol))
        return;
    const struct derived *derived = symbol->kind == SYMBOL_DERIVED ? &covenant->derived[symbol->index] : NULL;
    struct uses uses = {0};
    if (!derived || derived->kind == DERIVED_LUA) {
        next->daily = true;
    } else if (derived->kind == DERIVED_OF) {
        expression_uses(next->trial->arena, derived->of, &uses);
        for (size_t i = 0; i < uses.count; i++) {
            if (uses.items[i].kind == USE_SYMBOL)
                add_symbol(next, uses.items[i].symbol);
            next->daily |= uses.items[i].kind == USE_DUE || uses.items[i].kind == USE_MISSED;
        }
    } else {
        add_entries(next, derived);
    }
}

static void add_condition(struct next *next, const struct expression *condition)
{
    struct uses uses = {0};
    expression_uses(next->trial->arena, condition, &uses);
    add_thresholds(next, condition);
    for (size_t i = 0; i < uses.count; i++) {
        if (uses.items[i].kind == USE_SYMBOL)
            add_symbol(next, uses.items[i].symbol);
        if (uses.items[i].kind == USE_DUE || uses.items[i].kind == USE_MISSED)
            next->daily = true; /* a pause may be open */
    }
}

/* ---- from day to day ---- */

static bool next_day(struct deciding *trial, const struct inquiry *inquiry, struct date today, struct date *day)
{
    struct next next = {.trial = trial, .view = trial->covenant ? view_today(trial) : NULL};
    for (size_t p = 0; p < inquiry->parts_count; p++)
        for (size_t c = 0; inquiry->parts[p].conditions[c]; c++)
            add_condition(&next, inquiry->parts[p].conditions[c]);
    for (size_t i = 0; i < inquiry->days_count; i++)
        next_add(&next, inquiry->days[i]);
    for (size_t i = 0; i < trial->region->versions_count; i++)
        next_add(&next, trial->region->versions[i]->from);
    if (next.daily && trial->on.day < today.day + DAYS_LOOKED_AT_MAX)
        next_add(&next, (struct date){trial->on.day + 1});
    *day = next.day;
    return next.found;
}

static void note(struct prospect *prospect, struct date day, int outcome, int now, int wanted)
{
    if (!prospect->changes && outcome != now) {
        prospect->changes = true;
        prospect->changes_on = day;
        prospect->becomes = outcome;
    }
    if (!prospect->comes && outcome == wanted) {
        prospect->comes = true;
        prospect->comes_on = day;
    }
}

/* The case as it is known today: what is dated after today takes no part, on whatever day it is decided. */
static struct case_file case_today(const struct inquiry *inquiry)
{
    struct case_file today = *inquiry->deciding->case_file;
    today.entries_count = view_entries_count(view_today(inquiry->deciding));
    return today;
}

struct prospect inquire_time(const struct inquiry *inquiry, int now, int wanted)
{
    struct deciding *deciding = inquiry->deciding;
    struct case_file today = case_today(inquiry);
    struct prospect prospect = {0};
    struct date day = deciding->on;
    size_t effort = SEARCH_TRIED_MAX;
    bool more = true;
    for (size_t i = 0; more && i < DAYS_TRIED_MAX && !(prospect.changes && (prospect.comes || wanted < 0)); i++) {
        struct arena_mark mark = arena_mark(deciding->arena);
        struct deciding trial = deciding_trial(deciding, deciding->arena);
        struct inquiry again = {.deciding = &trial};
        trial.on = day;
        trial.case_file = &today;
        trial.covenant = covenant_of_case(&today, day);
        trial.effort = &effort;
        if (trial.covenant && i > 0)
            note(&prospect, day, inquiry->outcome(inquiry, &trial), now, wanted);
        if (trial.covenant)
            again = inquiry->again(inquiry, &trial);
        more = effort > ANSWERS_TRIED_MAX && next_day(&trial, &again, deciding->on, &day);
        arena_back(deciding->arena, mark);
    }
    return prospect;
}
