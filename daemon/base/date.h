/*
 * Calendar dates and terms. Our own, because a date in a rule has no time zone, and because the C library accepts
 * 2023-02-31. Proleptic Gregorian, 1900-01-01 to 2199-12-31; an impossible date is an error.
 *
 * A term is a count of one unit: ISO 8601 (PT24H, P14D, P2W, P3M, P1Y) or `5 working days`; P1Y6M is 18 months.
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/arena.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/* Days since 1970-01-01. */
struct date {
    int32_t day;
};

enum weekday { MONDAY = 1, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY };

#define YEAR_MIN 1900
#define YEAR_MAX 2199

/* False when there is no such day, or the year is outside YEAR_MIN..YEAR_MAX. */
bool date_of(int year, int month, int day, struct date *date);
void date_parts(struct date date, int *year, int *month, int *day);
/* `YYYY-MM-DD` exactly. */
bool date_parse(struct text text, struct date *date);
struct text date_text(struct arena *arena, struct date date);
enum weekday date_weekday(struct date date);
int date_compare(struct date a, struct date b);
/*
 * May leave 1900..2199: then the result is the nearest end of that range and `*outside` (may be NULL) is set. Here and
 * below such a flag is only ever set, never cleared, so that one may serve for several steps: begin with false.
 */
struct date date_add_days(struct date date, long long days, bool *outside);
/* 31 January + 1 month = 28 February: clamps to the month's end and says so in `*clamped` (may be NULL). */
struct date date_add_months(struct date date, long long months, bool *clamped, bool *outside);
/* The largest n with date_add_months(from, n) <= to (12n for years); negative when to < from: -n with the roles swapped. */
long long date_months_between(struct date from, struct date to);
long long date_years_between(struct date from, struct date to);
/* Easter Sunday of a year (Gregorian, by the algorithm of Meeus/Jones/Butcher). */
struct date date_easter(int year);

enum unit { UNIT_HOURS, UNIT_DAYS, UNIT_WORKING_DAYS, UNIT_WEEKS, UNIT_MONTHS, UNIT_YEARS };

struct term {
    int count; /* 0 to 9999 */
    enum unit unit;
};

/* Reads a term; on failure `*expected` says what a term looks like. */
bool term_parse(struct text text, struct term *term, const char **expected);
struct text term_text(struct arena *arena, struct term term); /* `P3M`, `PT24H`, `5 working days` */
/* In words: `3 maanden`, `5 werkdagen` / `3 months`, `5 working days`. */
struct text term_words_nl(struct arena *arena, struct term term);
struct text term_words_en(struct arena *arena, struct term term);

/*
 * A moment: RFC 3339 with offset. `second` counts from 1970-01-01T00:00:00Z; `offset` is in minutes, as written.
 * Local time in Europe/Amsterdam is computed here, by the rule of the last Sundays of March and October (since 1996;
 * before that year: standard time in winter and summer by the same rule, which is off by weeks: terms in hours are for today).
 */
struct moment {
    int64_t second;
    int offset;
};

/* `*date` gets the calendar day as written. Accepts `2022-09-14T22:40:00+02:00`, seconds required, fractions cut. */
bool moment_parse(struct text text, struct moment *moment, struct date *date);
/* In Amsterdam's local time: `2026-03-29T13:00:00+02:00`. */
struct text moment_text(struct arena *arena, struct moment moment);
/* The calendar day of a moment in Amsterdam. */
struct date moment_date(struct moment moment);
/* The end of a day in Amsterdam: the moment at which the next day begins. */
struct moment date_end(struct date date);
struct moment moment_add_hours(struct moment moment, int hours);
/* The clock: only the daemon and the command read it. */
struct moment moment_now(void);

#endif
