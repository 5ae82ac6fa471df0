/* `history`: the records of a case or a region, a page at a time, without what they hold. */
#include "verbs/verb.h"

#include "base/json.h"

#include <string.h>

#define PAGE_DEFAULT 100
#define PAGE_MAX 1000

static bool is_of_region(struct text log, struct text region)
{
    return text_equal(log, region) ||
           (log.length > region.length && log.at[region.length] == '/' && memcmp(log.at, region.at, region.length) == 0);
}

/* The heading of a record, and of a decision its case and date. */
static struct value *line_of(struct arena *arena, const struct record *record)
{
    struct value *line = record_heading(arena, record);
    struct json_error error;
    if (record->kind != RECORD_DECISION || record->state != RECORD_WHOLE)
        return line;
    const struct value *decision = json_read(arena, record->decision, &error);
    static const char *const shown[] = {"case", "on"};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        struct value *value = value_get(decision, shown[i]);
        if (value)
            value_set(arena, line, shown[i], value);
    }
    return line;
}

/* Log after log, in the order in which they were begun; `after` names a record in one of them. */
static bool records_list(struct call *call, struct record_query *query, struct text region, struct text after_log,
                         struct value *lines, struct fault *fault)
{
    size_t count, limit = query->limit;
    const struct log_size *logs = journal_logs(call->service->journal, call->arena, &count);
    bool begun = !after_log.at;
    for (size_t i = 0; i < count && lines->count < limit; i++) {
        bool resumes = after_log.at && text_equal(logs[i].log, after_log);
        begun = begun || resumes;
        if (!begun || (region.at && !is_of_region(logs[i].log, region)))
            continue;
        struct record_list list;
        struct record_query part = *query;
        part.log = logs[i].log;
        part.limit = limit - lines->count;
        if (!resumes)
            part.after = (struct text){0};
        if (!journal_find(call->service->journal, call->arena, &part, &list, fault))
            return false;
        for (size_t j = 0; j < list.count; j++) {
            if (list.items[j].state == RECORD_DAMAGED)
                return call_whole(call, &list.items[j], "") || true;
            value_append(call->arena, lines, line_of(call->arena, &list.items[j]));
        }
    }
    return true;
}

static bool query_read(struct call *call, struct record_query *query)
{
    const struct value *limit = value_get(call->request->root, "limit");
    *query = (struct record_query){.case_id = call_text(call, "case"), .after = call_text(call, "after")};
    query->limit = limit ? (size_t)limit->integer : PAGE_DEFAULT;
    if (query->limit < 1 || query->limit > PAGE_MAX)
        refusals_add_at(call->refusals, ERROR_INVALID_REQUEST, "/limit", "found %lld, expected 1 to %d",
                        limit ? limit->integer : 0LL, PAGE_MAX);
    if (!query->case_id.at && !call_text(call, "region").at)
        refusals_add_at(call->refusals, ERROR_INVALID_REQUEST, "",
                        "found neither `case` nor `region`, expected one of them or both");
    return call->refusals->count == 0;
}

bool verb_history(struct call *call, struct fault *fault)
{
    struct record_query query;
    struct record last = {0};
    if (call_text(call, "log").at)
        return history_leaves(call, fault);
    if (!query_read(call, &query))
        return true;
    if (query.after.at && !journal_record(call->service->journal, call->arena, query.after, &last, fault)) {
        if (fault->kind != FAULT_ABSENT)
            return false;
        refusals_add_at(call->refusals, ERROR_NOT_FOUND, "/after", "found no record with id `%.*s`",
                        TEXT_ARGS(text_shown(call->arena, query.after)));
        return true;
    }
    struct value *history = value_object(call->arena), *lines = value_list(call->arena);
    if (!records_list(call, &query, call_text(call, "region"), last.log, lines, fault))
        return false;
    value_set(call->arena, history, "records", lines);
    if (lines->count == query.limit)
        value_set(call->arena, history, "next", value_get(lines->items[lines->count - 1], "id"));
    call_reply(call, "history", history);
    return true;
}
