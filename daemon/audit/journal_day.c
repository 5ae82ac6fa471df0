/*
 * Days and years of the logs. The first leaf of each day of a log is `daily`, written when the day begins or, after a
 * stop, at once: so that silence shows. A log's very first leaf is that of its day.
 *
 *     daily      about: {"day", "size"}; "since", the first day without a leaf, when there are such
 *     closing    the last leaf of a year's log: {"year", "next": {"log", "vkey"}}, "since"; counts in what it holds
 *     daily      the first leaf of the log that goes on: {"day", "size": 0, "previous": {"log", "size", "root"}}
 *
 * Times are those of writing, never of the day that is told: leaves never go back.
 */
#include "audit/journal_database.h"

#include "base/json.h"

#include <string.h>

/* A count below this is not told: in a small region it says who it was. */
#define COUNT_TOLD_MIN 10
#define PAGE_RECORDS 256

static int year_of(struct date date)
{
    int year, month, day;
    date_parts(date, &year, &month, &day);
    return year;
}

/* 2026 of `almere/2026` and `almere/2026.2`; 0 of a log that has no year. */
static int year_of_log(struct text log)
{
    const char *slash = log.length ? memchr(log.at, '/', log.length) : NULL;
    int year = 0;
    if (!slash)
        return 0;
    for (const char *at = slash + 1; at < log.at + log.length && *at >= '0' && *at <= '9' && year < 10000; at++)
        year = year * 10 + (*at - '0');
    return year;
}

static struct date next_day(struct date date)
{
    return date_add_days(date, 1, NULL);
}

/* ---- what came in a year ---- */

/* `counts` is {section: {outcome: n}}. */
static void count_outcomes(struct arena *arena, const struct value *decision, struct value *counts)
{
    for (size_t i = 0; decision && decision->kind == VALUE_OBJECT && i < decision->count; i++) {
        const struct value *outcome = value_get(decision->items[i], "outcome");
        if (!outcome || outcome->kind != VALUE_TEXT)
            continue;
        struct value *section = value_get_text(counts, decision->names[i]);
        if (!section) {
            section = value_object(arena);
            value_set_text(arena, counts, text_copy(arena, decision->names[i]), section);
        }
        struct value *count = value_get_text(section, outcome->text);
        if (count)
            count->integer++;
        else
            value_set_text(arena, section, text_copy(arena, outcome->text), value_integer(arena, 1));
    }
}

/* Of the decisions of a log that can still be read, each as it was recorded, corrections too. */
static bool count_log(struct journal *journal, struct arena *arena, struct text log, struct value *counts,
                      struct fault *fault)
{
    struct record_query query = {.log = log, .limit = PAGE_RECORDS};
    bool good = true;
    for (size_t found = PAGE_RECORDS; good && found == PAGE_RECORDS; query.from += PAGE_RECORDS) {
        struct arena page;
        struct record_list list;
        struct json_error error;
        arena_init(&page);
        good = journal_find(journal, &page, &query, &list, fault);
        for (size_t i = 0; good && i < list.count; i++)
            if (list.items[i].kind == RECORD_DECISION && list.items[i].state == RECORD_WHOLE)
                count_outcomes(arena, json_read(&page, list.items[i].decision, &error), counts);
        found = list.count;
        arena_finish(&page);
    }
    if (good && journal_damage(journal))
        good = fault_set(fault, FAULT_FULL, "nothing is written: %.340s", journal_damage(journal));
    return good;
}

/* The smallest count of a section that is still to be told; NULL when there is none. */
static struct value *smallest_told(const struct value *section)
{
    struct value *smallest = NULL;
    for (size_t i = 0; i < section->count; i++) {
        struct value *count = section->items[i];
        if (count->kind == VALUE_INTEGER && (!smallest || count->integer < smallest->integer))
            smallest = count;
    }
    return smallest;
}

/*
 * Counts of less than ten are not told. How many decisions there are is seen in the leaves: what is kept back must be
 * ten or more in all, or it could be computed, so then the next larger count is withheld as well.
 */
static void section_withhold(struct value *section)
{
    static const struct text fewer = {"fewer than 10", 13}, withheld = {"withheld", 8};
    long long hidden = 0;
    for (struct value *least; (least = smallest_told(section));) {
        bool few = least->integer < COUNT_TOLD_MIN;
        if (!few && (hidden == 0 || hidden >= COUNT_TOLD_MIN))
            break;
        hidden += least->integer;
        *least = (struct value){.kind = VALUE_TEXT, .text = few ? fewer : withheld};
    }
}

/* ---- leaves of the journal's own ---- */

static bool leaf_add(struct journal *journal, struct arena *arena, size_t number, enum record_kind kind,
                     const struct value *about, const struct value *holds, struct moment now, struct fault *fault)
{
    struct record record = {
        .kind = kind,
        .client = TEXT("daemon"),
        .request = TEXT("{\"cause\":\"day\"}"),
        .decision = json_write(arena, holds),
        .about = about,
    };
    return log_append(journal, arena, &journal->logs[number], &record, NULL, now, fault);
}

/* Says since when there was silence, if there was. */
static void tell_silence(struct arena *arena, struct value *about, struct date last, struct date today)
{
    if (date_compare(next_day(last), today) < 0)
        value_set(arena, about, "since", value_date(arena, next_day(last)));
}

static bool daily_add(struct journal *journal, struct arena *arena, size_t number, struct date last, struct moment now,
                      struct fault *fault)
{
    struct value *about = value_object(arena);
    value_set(arena, about, "day", value_date(arena, moment_date(now)));
    value_set(arena, about, "size", value_integer(arena, journal->logs[number].size));
    tell_silence(arena, about, last, moment_date(now));
    return leaf_add(journal, arena, number, RECORD_DAILY, about, about, now, fault);
}

/* The first leaf of the log that goes on names the last head of the one before it. */
static bool next_begin(struct journal *journal, struct arena *arena, size_t number, size_t before, struct moment now,
                       struct fault *fault)
{
    struct log *log = &journal->logs[before];
    struct digest root = log_tree_root(&log->tree);
    struct value *about = value_object(arena), *previous = value_object(arena);
    value_set(arena, previous, "log", value_text(arena, log->name));
    value_set(arena, previous, "size", value_integer(arena, log->size));
    value_set(arena, previous, "root", value_text(arena, digest_text(arena, root)));
    value_set(arena, about, "day", value_date(arena, moment_date(now)));
    value_set(arena, about, "size", value_integer(arena, 0));
    value_set(arena, about, "previous", previous);
    return leaf_add(journal, arena, number, RECORD_DAILY, about, about, now, fault);
}

static bool log_close_year(struct journal *journal, struct arena *arena, size_t number, struct date last,
                           struct moment now, struct fault *fault)
{
    struct text name = journal->logs[number].name;
    struct text named = text_format(arena, "%.*s/%d", TEXT_ARGS(log_region(name)), year_of(moment_date(now)));
    struct log *next = log_open(journal, named, fault);
    if (!next)
        return false;
    size_t after = (size_t)(next - journal->logs);
    struct value *about = value_object(arena), *goes_on = value_object(arena), *holds = value_object(arena);
    struct value *counts = value_object(arena), *year = value_integer(arena, year_of_log(name));
    if (!count_log(journal, arena, name, counts, fault))
        return false;
    for (size_t i = 0; i < counts->count; i++)
        section_withhold(counts->items[i]);
    value_set(arena, goes_on, "log", value_text(arena, next->name));
    value_set(arena, goes_on, "vkey", value_text(arena, journal_vkey(journal, arena, next->name)));
    value_set(arena, about, "year", year);
    value_set(arena, about, "next", goes_on);
    tell_silence(arena, about, last, moment_date(now));
    value_set(arena, holds, "year", year);
    value_set(arena, holds, "counts", counts);
    value_set(arena, holds, "next", goes_on);
    return leaf_add(journal, arena, number, RECORD_CLOSING, about, holds, now, fault) &&
           log_close(journal, name, journal->logs[after].name, fault) &&
           (journal->logs[after].size > 0 || next_begin(journal, arena, after, number, now, fault));
}

/* What the log of that number lacks of today, or of a new year. */
static bool log_day(struct journal *journal, size_t number, struct moment now, struct fault *fault)
{
    const struct log *log = &journal->logs[number];
    struct date today = moment_date(now);
    struct date last = moment_date((struct moment){.second = log->second});
    int year = year_of_log(log->name);
    if (log->next.at || log->size == 0 || date_compare(today, last) <= 0)
        return true;
    struct arena arena;
    arena_init(&arena);
    bool good = journal_begin(journal, fault) &&
                (year && year < year_of(today) ? log_close_year(journal, &arena, number, last, now, fault)
                                               : daily_add(journal, &arena, number, last, now, fault));
    arena_finish(&arena);
    return good;
}

bool journal_day(struct journal *journal, struct moment now, struct fault *fault)
{
    size_t count = journal->logs_count; /* those that begin meanwhile have their first leaf */
    bool good = true;
    for (size_t i = 0; good && i < count; i++)
        good = log_day(journal, i, now, fault);
    return good;
}

/* The log of that name; or, when the year has just turned and it is not there yet, the one that it goes on from. */
static struct log *log_before(struct journal *journal, struct text name)
{
    struct log *log = log_find(journal, name);
    if (log || year_of_log(name) == 0)
        return log;
    for (size_t i = journal->logs_count; i-- > 0;) {
        struct log *other = &journal->logs[i];
        if (!other->next.at && year_of_log(other->name) && text_equal(log_region(other->name), log_region(name)))
            return other;
    }
    return NULL;
}

struct log *log_of_day(struct journal *journal, struct text name, struct moment now, struct fault *fault)
{
    struct log *log = log_before(journal, name);
    if (!log)
        return log_open(journal, name, fault);
    struct text before = log->name;
    if (!(log = log_open(journal, before, fault)) || !log_day(journal, (size_t)(log - journal->logs), now, fault))
        return NULL;
    return log_open(journal, before, fault);
}
