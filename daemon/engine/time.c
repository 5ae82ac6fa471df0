/*
 * The mere passage of time: from one day on which something may change to the next. Which day that is comes from the
 * conditions as they stand on the day before it: thresholds of `on`, ends of `within`, first days of versions, and what
 * the section adds. Where a condition depends on a ladder, a function or a term, every day is looked at for two years.
 * On each day the section is decided in a trial.
 *
 * What is not known has thresholds too, and some move with `on` (eighteen years ago). What its answers can come to
 * changes only when such a threshold passes another one.
 */
#include "base/limits.h"
#include "engine/inquiry.h"
#include "engine/reach.h"
#include "engine/variable.h"

#include <stdlib.h>

/* How far days are looked at one by one, where the conditions do not tell which. */
#define DAYS_LOOKED_AT_MAX 731

/* Two moving thresholds further apart than this never pass each other: a month is longer than another by three days. */
#define DRIFT_DAYS_MAX 8
/* Between thresholds on two days so far apart, what is still there stands still. */
#define DAYS_APART 997

/* The next day to look at, as seen from one day. */
struct next {
    struct deciding *trial; /* on that day */
    struct view *view;
    struct date day;
    bool found;
    bool daily; /* the conditions do not tell which days */
    const struct variables *variables; /* what is not known */
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

/* False when they are not all. */
static bool add_thresholds(struct next *next, const struct expression *filled)
{
    const struct symbol on = {.kind = SYMBOL_ON, .name = TEXT("on"), .type = {TYPE_DATE, NULL}};
    struct scalar *thresholds = NULL;
    size_t count = 0, capacity = 0;
    bool complete =
        expression_thresholds(next->trial->arena, filled, &on, next->trial->on, &thresholds, &count, &capacity);
    for (size_t i = 0; i < count; i++)
        for (int step = -1; step <= 1; step++)
            next_add(next, (struct date){thresholds[i].as.date.day + step});
    return complete;
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

static void add_condition(struct next *next, const struct expression *condition);

/* A condition that a name hides: the days are told now, or every day is looked at. */
static void add_hidden(struct next *next, const struct expression *condition)
{
    if (!condition)
        return;
    add_condition(next, condition);
    next->daily |= !add_thresholds(next, expression_known_in(next->view, condition, NULL, NULL));
}

static void add_section(struct next *next, const struct symbol *symbol)
{
    const struct covenant *covenant = next->trial->covenant;
    const struct eligibility *eligibility = &covenant->eligibility;
    bool is_ladder = symbol->index == NAME_NUISANCE_LEVEL;
    bool is_low = is_ladder && view_symbol(next->view, symbol).answer.value.as.number == 0;
    next->daily |= is_ladder && !is_low; /* without a report it only goes down */
    for (size_t i = 0; symbol->index == NAME_STAGE && i < covenant->journey_count; i++)
        add_hidden(next, covenant->journey[i].when);
    for (size_t i = 0; symbol->index == NAME_ELIGIBLE && i < eligibility->requirements_count; i++) {
        add_hidden(next, eligibility->requirements[i].applies);
        add_hidden(next, eligibility->requirements[i].require);
    }
    for (size_t i = 0; symbol->index == NAME_ELIGIBLE && i < eligibility->exceptions_count; i++)
        add_hidden(next, eligibility->exceptions[i].when);
}

static void add_symbol(struct next *next, const struct symbol *symbol)
{
    const struct covenant *covenant = next->trial->covenant;
    const struct derived *derived = derived_of(covenant, symbol);
    if (symbol->kind == SYMBOL_ON || symbol_is_constant(covenant, symbol))
        return;
    if (symbol->kind == SYMBOL_SECTION)
        add_section(next, symbol);
    else if (!derived || derived->kind == DERIVED_LUA)
        next->daily = true;
    else if (derived->kind == DERIVED_OF)
        add_condition(next, derived->of);
    else
        add_entries(next, derived);
}

static void add_condition(struct next *next, const struct expression *condition)
{
    struct uses uses = {0};
    expression_uses(next->trial->arena, condition, &uses);
    for (size_t i = 0; i < uses.count; i++) {
        if (uses.items[i].kind == USE_SYMBOL)
            add_symbol(next, uses.items[i].symbol);
        if (uses.items[i].kind == USE_DUE || uses.items[i].kind == USE_MISSED)
            next->daily = true; /* a pause may be open */
    }
}

/* ---- what is not known ---- */

static size_t thresholds_on(const struct next *next, const struct variable *variable, size_t parts, struct date on,
                            struct scalar **thresholds)
{
    size_t count = 0, capacity = 0;
    for (size_t p = 0; p < parts; p++)
        for (size_t c = 0; variable->parts[p] && c < next->variables->conditions[p].count; c++)
            expression_thresholds(next->trial->arena, next->variables->conditions[p].items[c], variable->symbol, on,
                                  thresholds, &count, &capacity);
    return count;
}

static bool has(const struct scalar *items, size_t count, struct scalar item)
{
    for (size_t i = 0; i < count; i++)
        if (scalar_equal(items[i], item))
            return true;
    return false;
}

/* Are the same thresholds there, the close ones of those that move as far apart? `stands` is by index. */
static bool same_pattern(const struct scalar *now, const struct scalar *then, size_t count, const bool *stands)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++) {
            int32_t distance = now[i].as.date.day - now[j].as.date.day;
            if (!stands[i] && !stands[j] && abs(distance) <= DRIFT_DAYS_MAX &&
                then[i].as.date.day - then[j].as.date.day != distance)
                return false;
        }
    return true;
}

/*
 * Do the thresholds that move go together, as those of `age >= 18` and `age < 18` do? Looked at on the days on which
 * months and years are counted otherwise than days: around the end of February, and at the ends of months.
 */
static bool move_together(const struct next *next, const struct variable *variable, size_t parts,
                          const struct scalar *now, size_t count, const bool *stands)
{
    static const int days[][2] = {{2, 28}, {2, 29}, {3, 1}, {3, 31}, {5, 31}, {8, 31}, {12, 31}};
    int year, month, day;
    date_parts(next->trial->on, &year, &month, &day);
    for (int y = year; y < year + 4; y++)
        for (size_t d = 0; d < (y == year ? 7 : 3); d++) {
            struct scalar *then = NULL;
            struct date on;
            if (!date_of(y, days[d][0], days[d][1], &on))
                continue;
            if (thresholds_on(next, variable, parts, on, &then) != count || !same_pattern(now, then, count, stands))
                return false;
        }
    return true;
}

/* When a moving threshold meets this one, which stands: the conditions are asked, with the threshold as the answer. */
static void add_meetings(struct next *next, const struct variable *variable, size_t parts, struct scalar threshold)
{
    for (int step = -1; step <= 1; step++) {
        struct tried answer = {variable->symbol, threshold};
        if (threshold.kind == TYPE_DATE)
            answer.value.as.date.day += step;
        else
            answer.value.as.number += step;
        for (size_t p = 0; p < parts; p++)
            for (size_t c = 0; variable->parts[p] && c < next->variables->conditions[p].count; c++)
                add_thresholds(next, expression_answered(next->trial->arena, next->variables->conditions[p].items[c],
                                                         &answer, 1));
    }
}

static void add_unknown(struct next *next, const struct variable *variable, size_t parts)
{
    struct scalar *now = NULL, *then = NULL;
    struct date on = next->trial->on, far = {on.day < 0 ? on.day + DAYS_APART : on.day - DAYS_APART};
    size_t count = thresholds_on(next, variable, parts, on, &now), moving = 0;
    size_t count_then = thresholds_on(next, variable, parts, far, &then);
    bool *stands = ARENA_ARRAY(next->trial->arena, count + 1, bool);
    for (size_t i = 0; i < count; i++) {
        stands[i] = has(then, count_then, now[i]);
        moving += !stands[i];
    }
    if (moving == 0 && count == count_then)
        return;
    for (size_t i = 0; i < count; i++)
        if (stands[i])
            add_meetings(next, variable, parts, now[i]);
    if (variable->symbol->type.kind == TYPE_DATE)
        next->daily |= !move_together(next, variable, parts, now, count, stands);
    else
        next->daily |= moving != 1;
}

/*
 * Conditions with what is known filled in. Where the days are not all told, because a name in them is not known: with
 * an answer for each they must be, or every day is looked at.
 */
static void add_days_of_unknowns(struct next *next, const struct inquiry *inquiry)
{
    struct variables variables = variables_of(inquiry, NULL, VARIABLES_UNKNOWN);
    struct arena *arena = next->trial->arena;
    struct tried *answers = ARENA_ARRAY(arena, variables.count + 1, struct tried);
    bool complete = true;
    for (size_t v = 0; v < variables.count; v++)
        answers[v] = (struct tried){variables.items[v].symbol, variables.items[v].values[0]};
    for (size_t p = 0; p < inquiry->parts_count; p++)
        for (size_t c = 0; c < variables.conditions[p].count; c++) {
            const struct expression *condition = variables.conditions[p].items[c];
            if (add_thresholds(next, condition))
                continue;
            complete = false;
            next->daily |= !add_thresholds(next, expression_answered(arena, condition, answers, variables.count));
        }
    next->variables = &variables;
    for (size_t v = 0; !complete && v < variables.count; v++)
        add_unknown(next, &variables.items[v], inquiry->parts_count);
    next->variables = NULL;
}

/* ---- from day to day ---- */

static bool next_day(struct deciding *trial, const struct inquiry *inquiry, struct date today, struct date *day)
{
    struct next next = {.trial = trial, .view = trial->covenant ? view_today(trial) : NULL};
    bool near = trial->on.day < today.day + DAYS_LOOKED_AT_MAX;
    for (size_t p = 0; p < inquiry->parts_count; p++)
        for (size_t c = 0; inquiry->parts[p].conditions[c]; c++)
            add_condition(&next, inquiry->parts[p].conditions[c]);
    if (trial->covenant && !(near && next.daily))
        add_days_of_unknowns(&next, inquiry);
    for (size_t i = 0; i < inquiry->days_count; i++)
        next_add(&next, inquiry->days[i]);
    for (size_t i = 0; i < trial->region->versions_count; i++)
        next_add(&next, trial->region->versions[i]->from);
    if (near && next.daily)
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
    size_t effort = SEARCH_TRIED_MAX, steps = deciding->arena->steps;
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
        more = effort > ANSWERS_TRIED_MAX && deciding->arena->steps - steps <= SEARCH_STEPS_MAX &&
               next_day(&trial, &again, deciding->on, &day);
        arena_back(deciding->arena, mark);
    }
    return prospect;
}
