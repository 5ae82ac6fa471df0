#include "base/date.h"

#include <limits.h>

static const int day_min = -25567; /* 1900-01-01 */
static const int day_max = 84005;  /* 2199-12-31 */

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_length(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

/*
 * Years are counted from March, so that the leap day is the last one, in eras of 400 years (146097 days). Day 0 of
 * era 0 is 0000-03-01, which lies 719468 days before 1970-01-01. No year here is before 1900: all is positive.
 */
static int days_of(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int era = y / 400, year_of_era = y % 400;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

bool date_of(int year, int month, int day, struct date *date)
{
    if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12 || day < 1 || day > month_length(year, month))
        return false;
    date->day = days_of(year, month, day);
    return true;
}

void date_parts(struct date date, int *year, int *month, int *day)
{
    int days = date.day + 719468;
    int era = days / 146097, day_of_era = days % 146097;
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int from_march = (5 * day_of_year + 2) / 153;
    *day = day_of_year - (153 * from_march + 2) / 5 + 1;
    *month = from_march < 10 ? from_march + 3 : from_march - 9;
    *year = era * 400 + year_of_era + (*month <= 2);
}

/* So many digits and nothing else; -1 when there are others. */
static int digits(const char *at, size_t count)
{
    int number = 0;
    for (size_t i = 0; i < count; i++) {
        if (at[i] < '0' || at[i] > '9')
            return -1;
        number = number * 10 + (at[i] - '0');
    }
    return number;
}

bool date_parse(struct text text, struct date *date)
{
    if (text.length != 10 || text.at[4] != '-' || text.at[7] != '-')
        return false;
    return date_of(digits(text.at, 4), digits(text.at + 5, 2), digits(text.at + 8, 2), date);
}

struct text date_text(struct arena *arena, struct date date)
{
    int year, month, day;
    date_parts(date, &year, &month, &day);
    char *at = arena_alloc(arena, 11);
    const int parts[] = {year / 1000, year / 100, year / 10, year, -1, month / 10, month, -1, day / 10, day};
    for (size_t i = 0; i < 10; i++)
        at[i] = parts[i] < 0 ? '-' : (char)('0' + parts[i] % 10);
    return (struct text){at, 10};
}

enum weekday date_weekday(struct date date)
{
    /* 1900-01-01 was a Monday. */
    return (enum weekday)((date.day - day_min) % 7 + MONDAY);
}

int date_compare(struct date a, struct date b)
{
    return a.day < b.day ? -1 : a.day > b.day;
}

struct date date_add_days(struct date date, long long days, bool *outside)
{
    bool before = days < day_min - date.day;
    bool after = days > day_max - date.day;
    if ((before || after) && outside)
        *outside = true;
    if (before)
        return (struct date){day_min};
    if (after)
        return (struct date){day_max};
    return (struct date){date.day + (int)days};
}

struct date date_add_months(struct date date, long long months, bool *clamped, bool *outside)
{
    int year, month, day;
    date_parts(date, &year, &month, &day);
    long long from_first = (long long)(year - YEAR_MIN) * 12 + month - 1; /* months since January 1900 */
    bool before = months < -from_first;
    bool after = months >= (YEAR_MAX - YEAR_MIN + 1) * 12 - from_first;
    if ((before || after) && outside)
        *outside = true;
    if (before)
        return (struct date){day_min};
    if (after)
        return (struct date){day_max};
    int total = (int)(from_first + months);
    year = YEAR_MIN + total / 12;
    month = total % 12 + 1;
    int length = month_length(year, month);
    if (day > length && clamped)
        *clamped = true;
    return (struct date){days_of(year, month, day > length ? length : day)};
}

long long date_months_between(struct date from, struct date to)
{
    if (date_compare(to, from) < 0)
        return -date_months_between(to, from);
    int year_from, month_from, year_to, month_to, day;
    date_parts(from, &year_from, &month_from, &day);
    date_parts(to, &year_to, &month_to, &day);
    long long months = (year_to - year_from) * 12 + month_to - month_from;
    bool beyond = date_compare(date_add_months(from, months, NULL, NULL), to) > 0;
    return beyond ? months - 1 : months;
}

long long date_years_between(struct date from, struct date to)
{
    return date_months_between(from, to) / 12; /* towards zero: -n is n with the roles swapped */
}

/* The names of the steps are those of the published algorithm (Meeus, Astronomical Algorithms, chapter 8). */
struct date date_easter(int year)
{
    int a = year % 19, b = year / 100, c = year % 100, d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
    int h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
    int m = (a + 11 * h + 22 * l) / 451, n = h + l - 7 * m + 114;
    return (struct date){days_of(year, n / 31, n % 31 + 1)};
}
