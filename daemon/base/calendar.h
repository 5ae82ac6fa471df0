/*
 * The calendar: which days are rest days, and how a term's end moves. Holidays are computed from rules, equated days
 * are data with their years (rules/national/calendar.yaml); this file knows how, not which.
 *
 * Regimes of a term: `as_written` (nothing moves), `next_working_day` (an end on a rest day moves to the next day that
 * is none), and `statutory`: the Algemene termijnenwet, articles 1 to 4 (BWBR0002448):
 *   art. 1 moves an end on Saturday, Sunday or a recognised or equated day to the next ordinary day;
 *   art. 2 gives a term of three days or more at least two ordinary days;
 *   art. 4 leaves out terms in hours, of more than 90 days, 12 weeks or 3 months, and in years.
 * A term counted back is never moved (art. 1, second paragraph): callers do not ask.
 */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include "base/date.h"
#include "base/text.h"

enum regime { REGIME_AS_WRITTEN, REGIME_NEXT_WORKING_DAY, REGIME_STATUTORY };

/* A day of rest that comes back every year: on month/day, or so many days from Easter Sunday. */
struct holiday {
    struct text id, nl, en;
    int month, day;  /* 0 when it goes by Easter */
    int easter;      /* days after Easter Sunday (Good Friday: -2); used when month is 0 */
    int from, until; /* years in which it holds; 0 for no bound */
    int sunday_moves; /* days it moves when it falls on a Sunday: -1 for King's Day, else 0 */
};

/* A single day that the Crown equated with a holiday. */
struct equated_day {
    struct date on;
    struct text nl, en;
};

struct calendar {
    struct holiday *holidays;
    size_t holidays_count;
    struct equated_day *equated;
    size_t equated_count;
    int equated_from, equated_until; /* the years whose equated days are known; outside them: provisional */
};

/*
 * Why a day is no ordinary day: its holiday's name, else `zaterdag` or `zondag` (`a Saturday`, `a Sunday`), so that
 * "27 december is ..." reads on. `nl` and `en` may be NULL. False when it is an ordinary day.
 */
bool calendar_is_rest_day(const struct calendar *calendar, struct date date, struct text *nl, struct text *en);
struct date calendar_add_working_days(const struct calendar *calendar, struct date date, int count);

/* Where a term ends, and why there. */
struct term_end {
    struct date raw;  /* start plus term, before any calendar */
    struct date due;  /* after it */
    bool moved;
    bool clamped;     /* a month's end was met: 31 January + P1M */
    bool outside;     /* left 1900..2199 */
    bool provisional; /* a day on the way lies in a year whose equated days are not known */
    struct text because_nl, because_en; /* "25 december is eerste kerstdag, 27 december is zondag"; when moved */
};

/*
 * The end of a term of days or longer that starts on `start` (15 January + P3M = 15 April; `same_day`: a day less).
 * Working days count days that are no rest days, from the day after the start (from the start itself with `same_day`).
 * Hours are not for this: see moment_add_hours.
 */
struct term_end calendar_term_end(struct arena *arena, const struct calendar *calendar, struct date start,
                                  struct term term, bool same_day, enum regime regime);
/*
 * The same move for an end that was already computed (after pauses): `raw` and the flags are given, begin with zero.
 * `start` and `term` are for articles 2 and 4: the days after `start` are the term's (of a term that counts its start
 * too, give the day before).
 */
void calendar_move(struct arena *arena, const struct calendar *calendar, struct date start, struct term term,
                   enum regime regime, struct term_end *end);
/* Start of a term that ends on `end`, counted back: never moved. */
struct date date_subtract_term(const struct calendar *calendar, struct date end, struct term term, bool *clamped);

#endif
