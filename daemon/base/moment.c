#include "base/date.h"

#include <time.h>

static const int64_t day_seconds = 86400;

/* The clock change is at 01:00 UTC on the month's last Sunday. March and October both have 31 days. */
static int64_t change_second(int year, int month)
{
    struct date last = {0};
    date_of(year, month, 31, &last);
    int back = (int)date_weekday(last) % 7; /* Sunday itself: 0 */
    return (int64_t)(last.day - back) * day_seconds + 3600;
}

static int64_t day_of_second(int64_t second)
{
    int64_t day = second / day_seconds;
    return second % day_seconds < 0 ? day - 1 : day;
}

/* Minutes that Amsterdam is ahead of UTC at that second. */
static int amsterdam_offset(int64_t second)
{
    int year, month, day;
    date_parts(date_add_days((struct date){0}, day_of_second(second), NULL), &year, &month, &day);
    bool summer = second >= change_second(year, 3) && second < change_second(year, 10);
    return summer ? 120 : 60;
}

/* Reads `count` digits at `at`; false when they are others, or more than `max`. */
static bool number_at(struct text text, size_t at, size_t count, int max, int *number)
{
    *number = 0;
    for (size_t i = at; i < at + count; i++) {
        if (i >= text.length || text.at[i] < '0' || text.at[i] > '9')
            return false;
        *number = *number * 10 + (text.at[i] - '0');
    }
    return *number <= max;
}

static bool byte_is(struct text text, size_t at, char byte)
{
    return at < text.length && text.at[at] == byte;
}

/* `Z` or `+02:00`, and nothing after it. */
static bool offset_parse(struct text text, int *offset)
{
    if (text_is(text, "Z")) {
        *offset = 0;
        return true;
    }
    int hours, minutes;
    bool minus = byte_is(text, 0, '-');
    if (text.length != 6 || (!minus && !byte_is(text, 0, '+')) || !byte_is(text, 3, ':') ||
        !number_at(text, 1, 2, 23, &hours) || !number_at(text, 4, 2, 59, &minutes))
        return false;
    *offset = (hours * 60 + minutes) * (minus ? -1 : 1);
    return true;
}

bool moment_parse(struct text text, struct moment *moment, struct date *date)
{
    struct date day;
    int hours, minutes, seconds, offset;
    if (!date_parse(text_slice(text, 0, 10), &day) || !byte_is(text, 10, 'T') || !byte_is(text, 13, ':') ||
        !byte_is(text, 16, ':') || !number_at(text, 11, 2, 23, &hours) || !number_at(text, 14, 2, 59, &minutes) ||
        !number_at(text, 17, 2, 59, &seconds))
        return false;
    size_t end = 19;
    if (byte_is(text, end, '.')) {
        int digit;
        if (!number_at(text, ++end, 1, 9, &digit))
            return false;
        while (number_at(text, end, 1, 9, &digit))
            end++;
    }
    if (!offset_parse(text_slice(text, end, text.length), &offset))
        return false;
    int64_t second = day.day * day_seconds + hours * 3600 + minutes * 60 + seconds - offset * 60;
    /* In Amsterdam it must be a day of ours as well: the first and last hours of the range may not be. */
    bool outside = false;
    date_add_days((struct date){0}, day_of_second(second + amsterdam_offset(second) * 60), &outside);
    if (outside)
        return false;
    *moment = (struct moment){second, offset};
    *date = day;
    return true;
}

struct date moment_date(struct moment moment)
{
    int64_t local = moment.second + amsterdam_offset(moment.second) * 60;
    return date_add_days((struct date){0}, day_of_second(local), NULL);
}

struct text moment_text(struct arena *arena, struct moment moment)
{
    int offset = amsterdam_offset(moment.second);
    int64_t local = moment.second + offset * 60;
    int second = (int)(local - day_of_second(local) * day_seconds);
    struct text day = date_text(arena, moment_date(moment));
    return text_format(arena, "%.*sT%02d:%02d:%02d+%02d:00", TEXT_ARGS(day), second / 3600, second / 60 % 60,
                       second % 60, offset / 60);
}

struct moment date_end(struct date date)
{
    /* The clock never changes at midnight: exactly one of both offsets is the one that then holds. */
    int64_t midnight = (date.day + 1) * day_seconds;
    int offset = amsterdam_offset(midnight - 60 * 60) == 60 ? 60 : 120;
    return (struct moment){midnight - offset * 60, offset};
}

struct moment moment_add_hours(struct moment moment, int hours)
{
    moment.second += (int64_t)hours * 3600;
    return moment;
}

struct moment moment_now(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    return (struct moment){now.tv_sec, amsterdam_offset(now.tv_sec)};
}
