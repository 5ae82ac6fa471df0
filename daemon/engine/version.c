/* Which version of a covenant judges what. */
#include "engine/view.h"

static bool in_force(const struct covenant *covenant, struct date date)
{
    return date_compare(covenant->from, date) <= 0 && (!covenant->has_until || date_compare(date, covenant->until) <= 0);
}

const struct covenant *covenant_on(const struct region *region, struct date date)
{
    for (size_t i = 0; i < region->versions_count; i++)
        if (in_force(region->versions[i], date))
            return region->versions[i];
    return NULL;
}

/*
 * The version that governs what happens on a day: in force then; in a gap or after the end the last one that began,
 * since what was agreed last goes on for cases that are under way. NULL before the first.
 */
const struct covenant *covenant_governing(const struct region *region, struct date date)
{
    const struct covenant *covenant = covenant_on(region, date);
    for (size_t i = region->versions_count; !covenant && i > 0; i--)
        if (date_compare(region->versions[i - 1]->from, date) <= 0)
            covenant = region->versions[i - 1];
    return covenant;
}

/* The version in force on the day a case opens, or the first one after. */
static const struct covenant *covenant_opening(const struct region *region, struct date opened)
{
    const struct covenant *covenant = covenant_on(region, opened);
    for (size_t i = 0; !covenant && i < region->versions_count; i++)
        if (date_compare(region->versions[i]->from, opened) > 0)
            covenant = region->versions[i];
    return covenant;
}

/*
 * A case is opened on the day of its first event (without events: on `on`). It keeps that version, also after its
 * end, unless a later version says `ongoing_cases: move` and has begun.
 */
const struct covenant *covenant_of_case(const struct case_file *case_file, struct date on)
{
    bool has_event = case_file->entries_count && date_compare(case_file->entries[0].on, on) <= 0;
    struct date opened = has_event ? case_file->entries[0].on : on;
    const struct covenant *covenant = covenant_opening(case_file->region, opened);
    if (!covenant || date_compare(on, covenant->from) < 0)
        return NULL;
    for (size_t i = 0; i < case_file->region->versions_count; i++) {
        const struct covenant *later = case_file->region->versions[i];
        if (later->ongoing_cases_move && date_compare(later->from, covenant->from) > 0 &&
            date_compare(later->from, on) <= 0)
            covenant = later;
    }
    return covenant;
}
