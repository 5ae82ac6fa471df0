/*
 * Tells dates, for tests that compare them with another implementation: `dates [RULES]` reads commands from standard
 * input, one a line, and writes for each its numbers, as 32 bits each in the order of this machine.
 *
 *     days                         of every day from 1900 to 2199: year, month, day, weekday
 *     add TERM, subtract TERM      of each of these days: what comes of it, and 1 clamped + 2 outside
 *     between FIRST OTHER          of every FIRSTth and OTHERth day: days, whole months, whole years from one to the other
 *     easter                       of every year
 *     parse TEXT                   1 where it is a date, and the day
 *     end REGIME SAME FROM UNTIL TERM   of each day number: due, and 1 moved + 2 clamped + 4 provisional (RULES' calendar)
 *     midnight FROM UNTIL          of each day number: when it ends, in minutes
 *     moment MINUTE HOURS          the minute and its day in Amsterdam after so many hours, and its offset in minutes
 */
#include "covenant/model.h"
#include "engine/edition.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put(long long number)
{
    int32_t written = (int32_t)number;
    fwrite(&written, sizeof written, 1, stdout);
}

static struct date first_day(void)
{
    struct date date = {0};
    (void)date_of(YEAR_MIN, 1, 1, &date);
    return date;
}

static struct date last_day(void)
{
    struct date date = {0};
    (void)date_of(YEAR_MAX, 12, 31, &date);
    return date;
}

static struct term term_of(const char *text)
{
    struct term term = {0};
    const char *expected;
    if (!term_parse(text_of(text), &term, &expected)) {
        fprintf(stderr, "`%s` is no term: expected %s\n", text, expected);
        exit(64);
    }
    return term;
}

static void tell_days(void)
{
    for (struct date date = first_day(); date.day <= last_day().day; date.day++) {
        int year, month, day;
        date_parts(date, &year, &month, &day);
        put(year);
        put(month);
        put(day);
        put((long long)date_weekday(date));
    }
}

static void tell_sums(struct term term)
{
    for (struct date date = first_day(); date.day <= last_day().day; date.day++) {
        bool clamped = false, outside = false;
        struct date sum = term.unit == UNIT_DAYS    ? date_add_days(date, term.count, &outside)
                          : term.unit == UNIT_WEEKS ? date_add_days(date, 7LL * term.count, &outside)
                          : term.unit == UNIT_MONTHS ? date_add_months(date, term.count, &clamped, &outside)
                                                     : date_add_months(date, 12LL * term.count, &clamped, &outside);
        put(sum.day);
        put(clamped + 2 * outside);
    }
}

static void tell_differences(const struct calendar *calendar, struct term term)
{
    for (struct date date = first_day(); date.day <= last_day().day; date.day++) {
        bool clamped = false;
        put(date_subtract_term(calendar, date, term, &clamped).day);
        put(clamped);
    }
}

static void tell_between(int first, int other)
{
    for (struct date from = first_day(); from.day <= last_day().day; from.day += first)
        for (struct date to = first_day(); to.day <= last_day().day; to.day += other) {
            put(to.day - from.day);
            put(date_months_between(from, to));
            put(date_years_between(from, to));
        }
}

static void tell_ends(const struct calendar *calendar, enum regime regime, bool same_day, int from, int until, struct term term)
{
    struct arena arena;
    arena_init(&arena);
    for (struct date day = {from}; day.day <= until; day.day++) {
        struct arena_mark mark = arena_mark(&arena);
        struct term_end end = calendar_term_end(&arena, calendar, day, term, same_day, regime);
        put(end.due.day);
        put(end.moved + 2 * end.clamped + 4 * end.provisional);
        arena_back(&arena, mark);
    }
    arena_finish(&arena);
}

static void tell_moment(long long minute, int hours)
{
    struct arena arena;
    struct moment moment = moment_add_hours((struct moment){minute * 60, 0}, hours), read = {0};
    struct date day = {0};
    arena_init(&arena);
    if (!moment_parse(moment_text(&arena, moment), &read, &day))
        day.day = INT32_MIN;
    put(read.second / 60);
    put(date_compare(day, moment_date(moment)) == 0 ? day.day : INT32_MIN);
    put(read.offset);
    arena_finish(&arena);
}

static void tell(const struct calendar *calendar, char *line)
{
    char term[32] = "", regime[32] = "";
    int first, second, same;
    long long minute;
    struct date date = {0};
    if (strncmp(line, "parse ", 6) == 0) {
        bool is_date = date_parse(text_of(line + 6), &date);
        put(is_date);
        put(date.day);
    } else if (strcmp(line, "days") == 0) {
        tell_days();
    } else if (strcmp(line, "easter") == 0) {
        for (int year = YEAR_MIN; year <= YEAR_MAX; year++)
            put(date_easter(year).day);
    } else if (sscanf(line, "add %31s", term) == 1) {
        tell_sums(term_of(term));
    } else if (sscanf(line, "subtract %31s", term) == 1) {
        tell_differences(calendar, term_of(term));
    } else if (sscanf(line, "between %d %d", &first, &second) == 2) {
        tell_between(first, second);
    } else if (sscanf(line, "end %31s %d %d %d %31[^\n]", regime, &same, &first, &second, term) == 5) {
        tell_ends(calendar, strcmp(regime, "statutory") == 0 ? REGIME_STATUTORY : REGIME_NEXT_WORKING_DAY, same, first, second,
                  term_of(term));
    } else if (sscanf(line, "midnight %d %d", &first, &second) == 2) {
        for (date.day = first; date.day <= second; date.day++)
            put(date_end(date).second / 60);
    } else if (sscanf(line, "moment %lld %d", &minute, &first) == 2) {
        tell_moment(minute, first);
    } else {
        fprintf(stderr, "unknown command `%s`\n", line);
        exit(64);
    }
}

static struct edition *load(const char *folder)
{
    struct arena arena;
    struct file_set files = {0};
    struct findings findings;
    struct fault fault = {0};
    struct edition *edition = NULL;
    arena_init(&arena);
    findings_init(&findings, &arena);
    if (digest_init() && files_read(&arena, folder, &files, &findings, &fault))
        edition = edition_load(&files, false, &findings);
    findings_print(&findings, "", stderr);
    arena_finish(&arena);
    return edition;
}

int main(int argc, char **argv)
{
    struct calendar none = {0};
    struct edition *edition = argc == 2 ? load(argv[1]) : NULL;
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    if (argc == 2 && !edition)
        return 65;
    while ((length = getline(&line, &room, stdin)) > 0) {
        line[length - (line[length - 1] == '\n')] = '\0';
        tell(edition ? &edition->rules->calendar : &none, line);
    }
    free(line);
    edition_release(edition);
    return 0;
}
