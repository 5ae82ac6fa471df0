#include "base/calendar.h"

#include <assert.h>

/* ---- Which days are rest days ---- */

static bool is_year_of(const struct holiday *holiday, int year)
{
    return (!holiday->from || year >= holiday->from) && (!holiday->until || year <= holiday->until);
}

static bool holiday_is_on(const struct holiday *holiday, int year, struct date easter, struct date date)
{
    if (!is_year_of(holiday, year))
        return false;
    struct date day = {easter.day + holiday->easter};
    if (holiday->month) {
        if (!date_of(year, holiday->month, holiday->day, &day))
            return false; /* 29 February in a year that has none */
        if (date_weekday(day) == SUNDAY)
            day.day += holiday->sunday_moves;
    }
    return day.day == date.day;
}

static bool named(struct text name_nl, struct text name_en, struct text *nl, struct text *en)
{
    if (nl)
        *nl = name_nl;
    if (en)
        *en = name_en;
    return true;
}

bool calendar_is_rest_day(const struct calendar *calendar, struct date date, struct text *nl, struct text *en)
{
    int year, month, day;
    date_parts(date, &year, &month, &day);
    struct date easter = date_easter(year);
    for (size_t i = 0; i < calendar->holidays_count; i++)
        if (holiday_is_on(&calendar->holidays[i], year, easter, date))
            return named(calendar->holidays[i].nl, calendar->holidays[i].en, nl, en);
    for (size_t i = 0; i < calendar->equated_count; i++)
        if (calendar->equated[i].on.day == date.day)
            return named(calendar->equated[i].nl, calendar->equated[i].en, nl, en);
    if (date_weekday(date) == SATURDAY)
        return named(TEXT("zaterdag"), TEXT("a Saturday"), nl, en);
    if (date_weekday(date) == SUNDAY)
        return named(TEXT("zondag"), TEXT("a Sunday"), nl, en);
    return false;
}

/* Are the equated days of its year not known? */
static bool is_provisional(const struct calendar *calendar, struct date date)
{
    int year, month, day;
    date_parts(date, &year, &month, &day);
    return year < calendar->equated_from || year > calendar->equated_until;
}

/* ---- Counting ---- */

/* What a walk over the days met. */
struct walk {
    bool outside, provisional;
};

static struct date walk_working_days(const struct calendar *calendar, struct date date, int count, struct walk *walk)
{
    int direction = count < 0 ? -1 : 1;
    for (int left = count * direction; left > 0;) {
        date = date_add_days(date, direction, &walk->outside);
        if (walk->outside)
            break;
        walk->provisional = walk->provisional || is_provisional(calendar, date);
        left -= !calendar_is_rest_day(calendar, date, NULL, NULL);
    }
    return date;
}

struct date calendar_add_working_days(const struct calendar *calendar, struct date date, int count)
{
    struct walk walk = {0};
    return walk_working_days(calendar, date, count, &walk);
}

struct date date_subtract_term(const struct calendar *calendar, struct date end, struct term term, bool *clamped)
{
    switch (term.unit) {
    case UNIT_DAYS:
        return date_add_days(end, -(long long)term.count, NULL);
    case UNIT_WEEKS:
        return date_add_days(end, -(long long)term.count * 7, NULL);
    case UNIT_WORKING_DAYS:
        return calendar_add_working_days(calendar, end, -term.count);
    case UNIT_MONTHS:
        return date_add_months(end, -(long long)term.count, clamped, NULL);
    case UNIT_YEARS:
        return date_add_months(end, -(long long)term.count * 12, clamped, NULL);
    case UNIT_HOURS:
        break;
    }
    assert(term.unit != UNIT_HOURS);
    return end;
}

/* ---- Moving an end ---- */

static const char *const months_nl[] = {"januari", "februari", "maart",     "april",   "mei",      "juni",
                                        "juli",    "augustus", "september", "oktober", "november", "december"};
static const char *const months_en[] = {"January", "February", "March",     "April",   "May",      "June",
                                        "July",    "August",   "September", "October", "November", "December"};

/* An end being moved, and the sentences that say why. */
struct move {
    const struct calendar *calendar;
    struct date due;
    bool outside, provisional;
    struct buffer nl, en;
};

static void say_passed(struct move *move, struct text nl, struct text en)
{
    int year, month, day;
    date_parts(move->due, &year, &month, &day);
    const char *comma = move->nl.length ? ", " : "";
    buffer_format(&move->nl, "%s%d %s is %.*s", comma, day, months_nl[month - 1], TEXT_ARGS(nl));
    buffer_format(&move->en, "%s%d %s is %.*s", comma, day, months_en[month - 1], TEXT_ARGS(en));
}

/* Article 1: on to the first day, from the end itself, that is no rest day. */
static void pass_rest_days(struct move *move)
{
    struct text nl, en;
    while (true) {
        move->provisional = move->provisional || is_provisional(move->calendar, move->due);
        if (!calendar_is_rest_day(move->calendar, move->due, &nl, &en))
            return;
        struct date next = date_add_days(move->due, 1, &move->outside);
        if (move->outside)
            return;
        say_passed(move, nl, en);
        move->due = next;
    }
}

/*
 * Are there two ordinary days after `start`, up to and including the end? A day whose year's equated days are not known
 * may still turn out to be none, which matters only where there are no two others.
 */
static bool has_two_ordinary_days(struct move *move, struct date start)
{
    int known = 0, perhaps = 0;
    for (struct date day = move->due; day.day > start.day && known < 2; day.day--) {
        if (calendar_is_rest_day(move->calendar, day, NULL, NULL))
            continue;
        if (is_provisional(move->calendar, day))
            perhaps++;
        else
            known++;
    }
    move->provisional = move->provisional || (known < 2 && perhaps > 0);
    return known + perhaps >= 2;
}

static bool is_three_days(struct term term)
{
    switch (term.unit) {
    case UNIT_HOURS:
        return false;
    case UNIT_DAYS:
    case UNIT_WORKING_DAYS:
        return term.count >= 3;
    case UNIT_WEEKS:
    case UNIT_MONTHS:
    case UNIT_YEARS:
        return term.count >= 1;
    }
    return false;
}

/* Article 4. Working days are no unit of that act; they end on an ordinary day by themselves. */
static bool is_excepted(struct term term)
{
    switch (term.unit) {
    case UNIT_HOURS:
        return true;
    case UNIT_DAYS:
        return term.count > 90;
    case UNIT_WORKING_DAYS:
        return false;
    case UNIT_WEEKS:
        return term.count > 12;
    case UNIT_MONTHS:
        return term.count > 3;
    case UNIT_YEARS:
        return term.count >= 1;
    }
    return false;
}

/* Article 2. After article 1 the end is an ordinary day, so what lacks is one. */
static void reach_two_ordinary_days(struct arena *arena, struct move *move, struct date start, struct term term)
{
    if (!is_three_days(term) || move->outside || has_two_ordinary_days(move, start))
        return;
    struct text words_nl = term_words_nl(arena, term), words_en = term_words_en(arena, term);
    bool then = move->nl.length > 0;
    buffer_format(&move->nl, "%sde termijn van %.*s telt %smaar een gewone dag (art. 2 Algemene termijnenwet)",
                  then ? ", en " : "", TEXT_ARGS(words_nl), then ? "dan " : "");
    buffer_format(&move->en, "%sthe term of %.*s %shas only one ordinary day (art. 2 Algemene termijnenwet)",
                  then ? ", and " : "", TEXT_ARGS(words_en), then ? "then " : "");
    move->due = date_add_days(move->due, 1, &move->outside);
    if (!move->outside)
        pass_rest_days(move);
}

void calendar_move(struct arena *arena, const struct calendar *calendar, struct date start, struct term term,
                   enum regime regime, struct term_end *end)
{
    end->due = end->raw;
    end->moved = false;
    if (regime == REGIME_AS_WRITTEN || end->outside || (regime == REGIME_STATUTORY && is_excepted(term)))
        return;
    struct move move = {.calendar = calendar, .due = end->raw};
    buffer_init(&move.nl, arena);
    buffer_init(&move.en, arena);
    pass_rest_days(&move);
    if (regime == REGIME_STATUTORY)
        reach_two_ordinary_days(arena, &move, start, term);
    end->due = move.due;
    end->outside = move.outside;
    end->provisional = end->provisional || move.provisional;
    end->moved = date_compare(end->due, end->raw) != 0;
    if (end->moved) {
        end->because_nl = buffer_text(&move.nl);
        end->because_en = buffer_text(&move.en);
    }
}

static struct date raw_end(const struct calendar *calendar, struct date start, struct term term, bool same_day,
                           struct term_end *end)
{
    struct walk walk = {0};
    struct date before = same_day ? date_add_days(start, -1, &end->outside) : start;
    struct date raw = start;
    switch (term.unit) {
    case UNIT_HOURS:
        assert(term.unit != UNIT_HOURS);
        break;
    case UNIT_WORKING_DAYS:
        raw = walk_working_days(calendar, before, term.count, &walk);
        end->provisional = walk.provisional;
        end->outside = end->outside || walk.outside;
        return raw;
    case UNIT_DAYS:
        raw = date_add_days(start, term.count, &end->outside);
        break;
    case UNIT_WEEKS:
        raw = date_add_days(start, (long long)term.count * 7, &end->outside);
        break;
    case UNIT_MONTHS:
        raw = date_add_months(start, term.count, &end->clamped, &end->outside);
        break;
    case UNIT_YEARS:
        raw = date_add_months(start, (long long)term.count * 12, &end->clamped, &end->outside);
        break;
    }
    return same_day && !end->outside ? date_add_days(raw, -1, &end->outside) : raw;
}

struct term_end calendar_term_end(struct arena *arena, const struct calendar *calendar, struct date start,
                                  struct term term, bool same_day, enum regime regime)
{
    struct term_end end = {0};
    end.raw = raw_end(calendar, start, term, same_day, &end);
    end.due = end.raw;
    /* With `same_day` the start itself is a day of the term. */
    calendar_move(arena, calendar, same_day ? date_add_days(start, -1, NULL) : start, term, regime, &end);
    return end;
}
