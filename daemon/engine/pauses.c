/*
 * Stretches of days that do not count in a term. A pause runs from the day after `from` through `until`, or `at_most`
 * if that is sooner; with `longer_than` all its days count once it is longer. Overlapping pauses count once. A pause
 * that has not ended counts to the day judged, and what is computed with it is provisional; one whose end is a known
 * date counts whole.
 */
#include "engine/section.h"

#include <stdlib.h>

struct spans {
    struct span *items;
    size_t count, capacity;
};

/* The first day on or after `from` that ends a pause; false while it is open. */
static bool pause_end(struct view *view, const struct pause *pause, struct date from, struct date *end)
{
    const struct deciding *deciding = view_deciding(view);
    if (pause->until.kind != ANCHOR_EVENT) {
        struct judged until = anchor_date(view, &pause->until);
        if (!until.answer.known || date_compare(until.answer.value.as.date, from) < 0)
            return false;
        *end = until.answer.value.as.date;
        return true;
    }
    arena_work(deciding->arena, view_entries_count(view) / ITEMS_PER_STEP);
    for (size_t i = 0; i < view_entries_count(view); i++) {
        const struct entry *entry = &deciding->case_file->entries[i];
        if (entry->event == pause->until.index && date_compare(entry->on, from) >= 0) {
            *end = entry->on;
            return true;
        }
    }
    return false;
}

static struct date add_term(struct view *view, struct date date, struct term term)
{
    struct deciding *deciding = view_deciding(view);
    return calendar_term_end(deciding->arena, &deciding->rules->calendar, date, term, false, REGIME_AS_WRITTEN).raw;
}

static void pause_add(struct view *view, const struct pause *pause, struct date from, struct spans *spans)
{
    struct span span = {.first = {from.day + 1}};
    span.open = !pause_end(view, pause, from, &span.last);
    if (span.open)
        span.last = view_on(view);
    if (pause->has_at_most) {
        struct date most = add_term(view, from, pause->at_most);
        if (date_compare(most, span.last) < 0 || (span.open && date_compare(most, span.last) == 0)) {
            span.last = most;
            span.open = false;
        }
    }
    if (pause->has_longer_than && date_compare(span.last, add_term(view, from, pause->longer_than)) <= 0)
        return;
    if (date_compare(span.last, span.first) < 0 && !span.open)
        return;
    struct span *room = arena_push(view_deciding(view)->arena, &spans->items, &spans->count, &spans->capacity, sizeof *room);
    *room = span;
}

static int by_first(const void *left, const void *right)
{
    const struct span *a = left, *b = right;
    int order = date_compare(a->first, b->first);
    return order ? order : date_compare(a->last, b->last);
}

static size_t spans_merge(struct spans *spans)
{
    size_t kept = 0;
    if (spans->count)
        qsort(spans->items, spans->count, sizeof *spans->items, by_first);
    for (size_t i = 0; i < spans->count; i++) {
        struct span *last = kept ? &spans->items[kept - 1] : NULL;
        const struct span *span = &spans->items[i];
        if (last && span->first.day <= last->last.day + 1) {
            if (span->last.day > last->last.day)
                last->last = span->last;
            last->open |= span->open;
            continue;
        }
        spans->items[kept++] = *span;
    }
    return kept;
}

size_t pauses_spans(struct view *view, const struct pause *pauses, size_t count, struct span **spans)
{
    struct spans found = {0};
    const struct deciding *deciding = view_deciding(view);
    for (size_t p = 0; p < count; p++) {
        if (pauses[p].from.kind != ANCHOR_EVENT) {
            struct judged from = anchor_date(view, &pauses[p].from);
            if (from.answer.known && date_compare(from.answer.value.as.date, view_on(view)) <= 0)
                pause_add(view, &pauses[p], from.answer.value.as.date, &found);
            continue;
        }
        for (size_t i = 0; i < view_entries_count(view); i++)
            if (deciding->case_file->entries[i].event == pauses[p].from.index)
                pause_add(view, &pauses[p], deciding->case_file->entries[i].on, &found);
    }
    *spans = found.items;
    return spans_merge(&found);
}

long long pauses_days(const struct span *spans, size_t count, struct date start, struct date end, struct date stop,
                      bool *provisional)
{
    long long days = 0;
    for (size_t i = 0; i < count; i++) {
        int32_t first = spans[i].first.day > start.day ? spans[i].first.day : start.day + 1;
        int32_t last = spans[i].last.day < end.day ? spans[i].last.day : end.day;
        if (last > stop.day)
            last = stop.day;
        if (spans[i].open && provisional && spans[i].first.day <= end.day)
            *provisional = true;
        days += last >= first ? last - first + 1 : 0;
    }
    return days;
}

/* The least end that counts all paused days before it: each stretch that begins by then moves it by all its days. */
struct date pauses_extend(const struct span *spans, size_t count, struct date start, struct date due, struct date stop,
                          long long *days, bool *provisional)
{
    struct date end = due;
    for (size_t i = 0; i < count && spans[i].first.day <= end.day; i++) {
        int32_t first = spans[i].first.day > start.day ? spans[i].first.day : start.day + 1;
        int32_t last = spans[i].last.day < stop.day ? spans[i].last.day : stop.day;
        if (first <= end.day && last >= first)
            end.day += last - first + 1;
    }
    long long paused = pauses_days(spans, count, start, end, stop, provisional);
    if (days)
        *days = paused;
    return end;
}
