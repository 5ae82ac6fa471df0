/*
 * `history`: the records of a case or a region, a page at a time, without what they hold. Who is no auditor sees its own
 * records alone.
 */
#include "verbs/verb.h"

#include "base/json.h"
#include "base/limits.h"

#include <string.h>

#define PAGE_DEFAULT 100
#define PAGE_MAX 1000
/* Records that are looked at for one page, and how many of these together: others do not wait long for an answer. */
#define LOOKED_AT_MAX 5000
#define CHUNK 200

enum only { ONLY_ALL, ONLY_UNCONFIRMED, ONLY_DEVIATED };

struct asked_history {
    struct record_query query;
    struct text region;
    enum only only;
    bool own; /* only what this client recorded */
};

struct listing {
    struct value *lines;
    struct value *cases; /* what was found of them (later_tell) */
    size_t looked_at;
    struct text last; /* the newest that was looked at */
    bool more, damaged;
};

bool log_is_of(struct text log, struct text region)
{
    return text_equal(log, region) ||
           (log.length > region.length && log.at[region.length] == '/' && memcmp(log.at, region.at, region.length) == 0);
}

/* ---- one record ---- */

/* The heading of a record, and of a decision its case and date. */
static struct value *line_of(struct arena *arena, const struct record *record)
{
    struct value *line = record_heading(arena, record);
    struct json_error error;
    static const char *const shown[] = {"case", "on"};
    if (record->kind != RECORD_DECISION || record->state != RECORD_WHOLE)
        return line;
    const struct value *decision = json_read(arena, record->decision, &error);
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (value_get(decision, shown[i]))
            value_set(arena, line, shown[i], value_get(decision, shown[i]));
    return line;
}

/* Its line, when it is wanted. */
static bool line_add(struct call *call, const struct asked_history *asked, const struct record *record,
                     struct listing *listing, struct fault *fault)
{
    bool decided = record->kind == RECORD_DECISION && record->state == RECORD_WHOLE;
    if ((asked->own && !text_equal(record->client, call->client)) || (asked->only != ONLY_ALL && !decided))
        return true;
    struct arena arena;
    arena_init(&arena);
    struct value *line = value_copy(call->arena, line_of(&arena, record));
    arena_finish(&arena);
    if (!later_tell(call, record, listing->cases, line, fault))
        return false;
    const struct value *confirmed = value_get(line, "confirmed");
    if (asked->only == ONLY_ALL || (asked->only == ONLY_UNCONFIRMED && !confirmed) ||
        (asked->only == ONLY_DEVIATED && confirmed && text_is(confirmed->text, "deviates")))
        value_append(call->arena, listing->lines, line);
    return true;
}

/* Up to CHUNK records of a log after the last one; `*ended` when there are no more. */
static bool chunk_list(struct call *call, const struct asked_history *asked, struct text log, bool resumes,
                       struct listing *listing, bool *ended, struct fault *fault)
{
    struct arena arena;
    struct record_list list;
    struct record_query part = asked->query;
    arena_init(&arena);
    part.log = log;
    part.limit = CHUNK;
    part.after = resumes ? listing->last : (struct text){0};
    bool good = journal_find(call->service->journal, &arena, &part, &list, fault);
    *ended = good && list.count < CHUNK;
    for (size_t i = 0; good && i < list.count && !listing->more && !listing->damaged; i++) {
        listing->damaged = !(list.items[i].state != RECORD_DAMAGED || call_whole(call, &list.items[i], ""));
        if (listing->damaged)
            break;
        good = line_add(call, asked, &list.items[i], listing, fault);
        listing->last = text_copy(call->arena, list.items[i].id);
        listing->more = listing->lines->count == asked->query.limit || ++listing->looked_at == LOOKED_AT_MAX ||
                        call->arena->used > CASE_MEMORY_MAX / 2;
    }
    arena_finish(&arena);
    return good;
}

/* Log after log, in the order in which they were begun; `after` names a record in one of them. */
static bool records_list(struct call *call, const struct asked_history *asked, struct text after_log,
                         struct listing *listing, struct fault *fault)
{
    size_t count;
    const struct log_size *logs = journal_logs(call->service->journal, call->arena, &count);
    bool begun = !after_log.at;
    listing->last = asked->query.after;
    for (size_t i = 0; i < count && !listing->more && !listing->damaged; i++) {
        bool resumes = after_log.at && text_equal(logs[i].log, after_log), ended = false;
        begun = begun || resumes;
        if (!begun || (asked->region.at && !log_is_of(logs[i].log, asked->region)))
            continue;
        for (; !ended && !listing->more && !listing->damaged; resumes = true)
            if (!chunk_list(call, asked, logs[i].log, resumes, listing, &ended, fault))
                return false;
    }
    return true;
}

/* ---- the request ---- */

/* A region that has logs, or a region or year of one that has none yet. */
bool region_is_there(struct call *call, struct text region)
{
    size_t count;
    const struct log_size *logs = journal_logs(call->service->journal, call->arena, &count);
    for (size_t i = 0; i < count; i++)
        if (log_is_of(logs[i].log, region))
            return true;
    const char *slash = memchr(region.at, '/', region.length);
    struct text name = {region.at, slash ? (size_t)(slash - region.at) : region.length};
    return call_region(call, name, "/region") != NULL;
}

static void only_read(struct call *call, enum only *only)
{
    struct text text = call_text(call, "only");
    *only = text_is(text, "unconfirmed") ? ONLY_UNCONFIRMED : text_is(text, "deviated") ? ONLY_DEVIATED : ONLY_ALL;
    if (text.at && *only == ONLY_ALL)
        refusals_add_at(call->refusals, ERROR_INVALID_REQUEST, "/only", "found `%.*s`, expected `unconfirmed` or `deviated`",
                        TEXT_ARGS(text_shown(call->arena, text)));
}

static bool request_good(struct call *call, struct asked_history *asked)
{
    const struct value *limit = value_get(call->request->root, "limit");
    struct record_query *query = &asked->query;
    *query = (struct record_query){.case_id = call_text(call, "case"), .after = call_text(call, "after")};
    query->limit = limit ? (size_t)limit->integer : PAGE_DEFAULT;
    asked->region = call_text(call, "region");
    asked->own = !(call->service->roles & ROLE_AUDITOR);
    only_read(call, &asked->only);
    if (query->limit < 1 || query->limit > PAGE_MAX)
        refusals_add_at(call->refusals, ERROR_INVALID_REQUEST, "/limit", "found %lld, expected 1 to %d",
                        limit ? limit->integer : 0LL, PAGE_MAX);
    if (!query->case_id.at && !asked->region.at)
        refusals_add_at(call->refusals, ERROR_INVALID_REQUEST, "",
                        "found neither `case` nor `region`, expected one of them or both");
    else if (asked->region.at)
        region_is_there(call, asked->region);
    return call->refusals->count == 0;
}

bool verb_history(struct call *call, struct fault *fault)
{
    struct asked_history asked;
    struct record last = {0};
    if (call_text(call, "log").at)
        return history_leaves(call, fault);
    if (!request_good(call, &asked))
        return true;
    if (asked.query.after.at && !journal_record(call->service->journal, call->arena, asked.query.after, &last, fault)) {
        if (fault->kind != FAULT_ABSENT)
            return false;
        refusals_add_at(call->refusals, ERROR_NOT_FOUND, "/after", "found no record with id `%.*s`",
                        TEXT_ARGS(text_shown(call->arena, asked.query.after)));
        return true;
    }
    struct value *history = value_object(call->arena);
    struct listing listing = {.lines = value_list(call->arena), .cases = value_object(call->arena)};
    if (!records_list(call, &asked, last.log, &listing, fault))
        return false;
    value_set(call->arena, history, "records", listing.lines);
    if (listing.more)
        value_set(call->arena, history, "next", value_text(call->arena, listing.last));
    call_reply(call, "history", history);
    return true;
}
