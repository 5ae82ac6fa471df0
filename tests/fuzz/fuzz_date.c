/*
 * Any bytes as a date, a moment and a term: what is read is written as it stands, or as what reads the same; adding
 * and taking away stay within the years that there are.
 */
#include "base/arena.h"
#include "base/date.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_within(struct date date)
{
    int year, month, day;
    struct date same;
    date_parts(date, &year, &month, &day);
    assert(year >= YEAR_MIN && year <= YEAR_MAX && date_of(year, month, day, &same) && same.day == date.day);
    enum weekday weekday = date_weekday(date);
    assert(weekday >= MONDAY && weekday <= SUNDAY);
}

static void check_date(struct arena *arena, struct text text, long long number)
{
    struct date date;
    if (!date_parse(text, &date))
        return;
    check_within(date);
    assert(text_equal(date_text(arena, date), text));
    bool clamped = false, outside = false;
    struct date later = date_add_days(date, number, &outside);
    check_within(later);
    assert(outside || later.day - date.day == number);
    outside = false;
    later = date_add_months(date, number, &clamped, &outside);
    check_within(later);
    if (!outside && number >= 0) {
        assert(date_months_between(date, later) == number);
        assert(date_years_between(date, later) == number / 12);
    }
}

static void check_moment(struct arena *arena, struct text text)
{
    struct moment moment, again;
    struct date date, same;
    if (!moment_parse(text, &moment, &date))
        return;
    check_within(date);
    struct text written = moment_text(arena, moment);
    if (moment_parse(written, &again, &same)) /* not when Amsterdam's day lies outside the years */
        assert(again.second == moment.second && date_compare(same, moment_date(moment)) == 0);
}

static void check_term(struct arena *arena, struct text text)
{
    struct term term, again;
    const char *expected = NULL;
    if (!term_parse(text, &term, &expected)) {
        assert(expected && *expected);
        return;
    }
    assert(term.count >= 0 && term.count <= 9999);
    assert(term_parse(term_text(arena, term), &again, &expected));
    assert(again.count == term.count && again.unit == term.unit);
    assert(term_words_nl(arena, term).length && term_words_en(arena, term).length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    int32_t number = 0;
    arena_init(&arena);
    struct text text = text_copy(&arena, (struct text){(const char *)data, size});
    if (size > 10) /* a date, and a number to count with */
        memcpy(&number, data + 10, size - 10 < sizeof number ? size - 10 : sizeof number);
    check_date(&arena, text, number);
    check_date(&arena, text_slice(text, 0, 10), number);
    check_moment(&arena, text);
    check_term(&arena, text);
    arena_finish(&arena);
    return 0;
}
