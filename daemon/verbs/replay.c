/*
 * `replay`: decides a record, or a range of them, again from what is recorded, and compares bytes. A range comes in
 * pages: `next` is the `from` of the next one, and is left out with the last. `from` and `to` are indexes of the log that
 * `region` names (`almere/2026`); of a region, they count on over its logs, the oldest first.
 */
#include "verbs/verb.h"

#include "base/limits.h"

#include <limits.h>
#include <string.h>

/* Records of one page: so that others do not wait long for an answer. Fewer when they need much memory, or much work. */
#define PAGE_MAX 64

static bool replay_one(struct call *call, struct text id, struct fault *fault)
{
    struct service *service = call->service;
    struct record record;
    if (!journal_record(service->journal, call->arena, id, &record, fault)) {
        if (fault->kind != FAULT_ABSENT)
            return false;
        refusals_add_at(call->refusals, ERROR_NOT_FOUND, "/decision", "found no record with id `%.*s`",
                        TEXT_ARGS(text_shown(call->arena, id)));
        return true;
    }
    if (record.kind != RECORD_DECISION) {
        refusals_add_at(call->refusals, ERROR_NOT_FOUND, "/decision",
                        "found a record of kind `%s`, expected a decision: only those are decided again",
                        record_kind_names[record.kind]);
        return true;
    }
    struct value *outcome, *again;
    if (record.state == RECORD_DAMAGED)
        return call_whole(call, &record, "/decision") || true;
    if (!replay_record(call->arena, &service->cache, edition_store_of(service->journal), service->edition, &record, false, &outcome,
                       &again, fault))
        return false;
    /* A difference shows what was decided. */
    bool shows = text_is(value_get(outcome, "outcome")->text, "different");
    if (shows && !call_access(call, &(struct access){.records = &record, .count = 1}, fault))
        return false;
    call_reply(call, "replay", outcome);
    return true;
}

/* ---- ranges ---- */

struct range {
    struct record_query query;
    struct text region; /* only logs of this region; absent: all */
    long long to;       /* the last index */
    bool years;         /* of a region: `from` counts on over its logs */
};

static bool is_log(struct call *call, struct text name)
{
    size_t count;
    const struct log_size *logs = journal_logs(call->service->journal, call->arena, &count);
    for (size_t i = 0; i < count; i++)
        if (text_equal(logs[i].log, name))
            return true;
    return false;
}

static long long count_member(const struct call *call, const char *name, long long otherwise)
{
    const struct value *value = value_get(call->request->root, name);
    return value ? value->integer : otherwise;
}

static bool moment_member(const struct call *call, const char *name, struct moment *moment)
{
    struct date date;
    struct text text = call_text(call, name);
    return text.at && moment_parse(text, moment, &date);
}

/* False with a refusal when the request names no range. */
static bool range_read(struct call *call, struct range *range)
{
    *range = (struct range){.region = call_text(call, "region"), .to = count_member(call, "to", LLONG_MAX)};
    struct record_query *query = &range->query;
    query->has_since = moment_member(call, "since", &query->since);
    query->has_until = moment_member(call, "until", &query->until);
    query->from = count_member(call, "from", 0);
    bool timed = query->has_since || query->has_until;
    if (!range->region.at && !timed) {
        refusals_add_at(call->refusals, ERROR_INVALID_REQUEST, "",
                        "found neither `decision` nor `region`, `since` or `until`, expected a decision or a range");
        return false;
    }
    if (range->to < query->from) {
        refusals_add_at(call->refusals, ERROR_INVALID_REQUEST, "/to", "found an end before the range's begin");
        return false;
    }
    if (range->region.at && !region_is_there(call, range->region))
        return false;
    if (range->region.at && is_log(call, range->region))
        query->log = range->region; /* a log by its name has indexes, of a span too */
    range->years = !timed && !query->log.at;
    long long wanted = range->to - query->from < PAGE_MAX ? range->to - query->from + 1 : PAGE_MAX;
    query->limit = (size_t)wanted;
    return true;
}

/* Of a region's logs, the oldest first, as if they were one: `from` counts on over them. */
static bool find_in_region(struct call *call, const struct range *range, struct record_list *list, struct fault *fault)
{
    size_t count;
    const struct log_size *logs = journal_logs(call->service->journal, call->arena, &count);
    struct record_query part = range->query;
    *list = (struct record_list){0};
    for (size_t i = 0; i < count && part.limit > 0; i++) {
        struct record_list found;
        if (!log_is_of(logs[i].log, range->region))
            continue;
        if (part.from >= logs[i].size) {
            part.from -= logs[i].size;
            continue;
        }
        part.log = logs[i].log;
        if (!journal_find(call->service->journal, call->arena, &part, &found, fault))
            return false;
        for (size_t j = 0; j < found.count; j++) {
            struct record *record =
                arena_push(call->arena, &list->items, &list->count, &list->capacity, sizeof *record);
            *record = found.items[j];
        }
        part.limit -= found.count;
        part.from = 0;
    }
    return true;
}

/* {"id", "log", "index", "at", "because"}: where, without the values, which are personal. */
static struct value *difference_of(struct arena *arena, const struct record *record, const struct value *outcome)
{
    static const char *const told[] = {"at", "because"};
    struct value *difference = record_reference(arena, record);
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (value_get(outcome, told[i]))
            value_set(arena, difference, told[i], value_get(outcome, told[i]));
    return difference;
}

/* Where the next page begins: in a log an index, else how many of the span are passed over. */
static long long next_of(const struct range *range, const struct record_list *list, size_t done)
{
    if (!range->query.log.at || list->count == 0)
        return range->query.from + (long long)done;
    return done < list->count ? list->items[done].index : list->items[done - 1].index + 1;
}

static bool replay_range(struct call *call, const struct range *range, struct fault *fault)
{
    struct service *service = call->service;
    struct value *differences = value_list(call->arena);
    struct record_list list;
    long long identical = 0, different = 0, erased = 0;
    size_t done = 0;
    if (range->years ? !find_in_region(call, range, &list, fault)
                     : !journal_find(service->journal, call->arena, &range->query, &list, fault))
        return false;
    for (; done < list.count && call->arena->used < CASE_MEMORY_MAX / 2 &&
           call->arena->steps < DECISION_STEPS_MAX; done++) {
        const struct record *record = &list.items[done];
        struct value *outcome, *again;
        if (record->state == RECORD_DAMAGED)
            return call_whole(call, record, "") || true;
        bool past = range->query.log.at && record->index > range->to;
        bool other = range->region.at && !log_is_of(record->log, range->region);
        if (record->kind != RECORD_DECISION || past || other)
            continue;
        if (!replay_record(call->arena, &service->cache, edition_store_of(service->journal), service->edition, record, false, &outcome,
                           &again, fault))
            return false;
        struct text came = value_get(outcome, "outcome")->text;
        identical += text_is(came, "identical");
        different += text_is(came, "different");
        if (text_is(came, "different"))
            value_append(call->arena, differences, difference_of(call->arena, record, outcome));
        erased += text_is(came, "erased");
    }
    struct value *page = value_object(call->arena);
    value_set(call->arena, page, "identical", value_integer(call->arena, identical));
    value_set(call->arena, page, "different", value_integer(call->arena, different));
    value_set(call->arena, page, "erased", value_integer(call->arena, erased));
    if (differences->count)
        value_set(call->arena, page, "differences", differences);
    long long next = next_of(range, &list, done);
    bool more = (done < list.count || list.count == range->query.limit) && next <= range->to;
    if (more)
        value_set(call->arena, page, "next", value_integer(call->arena, next));
    call_reply(call, "replay", page);
    return true;
}

bool verb_replay(struct call *call, struct fault *fault)
{
    static const char *const of_ranges[] = {"region", "from", "to", "since", "until"};
    struct text id = call_text(call, "decision");
    struct range range;
    if (!id.at)
        return !range_read(call, &range) || replay_range(call, &range, fault);
    for (size_t i = 0; i < sizeof of_ranges / sizeof *of_ranges; i++) {
        struct pointer root = {0}, at = {.parent = &root, .name = text_of(of_ranges[i])};
        if (value_get(call->request->root, of_ranges[i]))
            refusals_add(call->refusals, ERROR_INVALID_REQUEST, &at,
                         "found `%s` beside `decision`, expected one decision or a range", of_ranges[i]);
    }
    return call->refusals->count > 0 || replay_one(call, id, fault);
}
