/*
 * `erase`: makes all that is recorded of a case unreadable, for good. What stays of each record is what its leaf says.
 * The record of it names the records, the ground and the order, never the case.
 */
#include "verbs/verb.h"

#include "base/json.h"

#include <stdio.h>

/* ---- exports that hold the case ---- */

#define PAGE_RECORDS 256

static bool is_of_case(const struct value *shown, const struct record_list *records)
{
    const struct value *log = value_get(shown, "log"), *index = value_get(shown, "index");
    for (size_t i = 0; log && index && i < records->count; i++)
        if (records->items[i].index == index->integer && text_equal(records->items[i].log, log->text))
            return true;
    return false;
}

/* Was it a page of an export that is kept for a while, still is, and holds a record of the case? */
static void add_export(struct call *call, const struct record *access, const struct record_list *records,
                       struct value *exports)
{
    struct json_error error;
    const struct value *told = json_read(call->arena, access->decision, &error);
    const struct value *until = value_get(told, "until"), *shown = value_get(told, "records");
    struct date date;
    if (!until || until->kind != VALUE_TEXT || !shown || shown->kind != VALUE_LIST ||
        (date_parse(until->text, &date) && date_compare(date, moment_date(moment_now())) < 0))
        return;
    for (size_t i = 0; i < shown->count; i++) {
        if (!is_of_case(shown->items[i], records))
            continue;
        struct value *item = value_object(call->arena);
        value_set(call->arena, item, "record", value_text(call->arena, access->id));
        value_set(call->arena, item, "client", value_text(call->arena, access->client));
        value_set(call->arena, item, "time", value_text(call->arena, access->time));
        value_set(call->arena, item, "until", value_text(call->arena, until->text));
        value_append(call->arena, exports, item);
        return;
    }
}

/* Whole exports since the case's first record, by their records of kind `access`: they are erased by who has them. */
static bool exports_find(struct call *call, const struct record_list *records, struct value *exports,
                         struct fault *fault)
{
    struct record_query query = {.log = TEXT("daemon"), .limit = PAGE_RECORDS, .has_since = true};
    struct date date;
    if (!records->count || !moment_parse(records->items[0].time, &query.since, &date))
        return true;
    for (bool more = true; more;) {
        struct record_list list;
        struct arena_mark mark = arena_mark(call->arena);
        size_t before = exports->count;
        if (!journal_find(call->service->journal, call->arena, &query, &list, fault))
            return false;
        more = list.count == query.limit;
        for (size_t i = 0; i < list.count; i++)
            if (list.items[i].kind == RECORD_ACCESS && list.items[i].state == RECORD_WHOLE)
                add_export(call, &list.items[i], records, exports);
        char after[40] = "";
        if (list.count)
            snprintf(after, sizeof after, "%.*s", TEXT_ARGS(list.items[list.count - 1].id));
        if (exports->count == before)
            arena_back(call->arena, mark); /* most pages hold none */
        query.after = text_copy(call->arena, text_of(after));
    }
    return true;
}

bool erasure_outcome(struct call *call, const struct record_list *list, struct text ground, struct text order,
                     struct value **made, struct fault *fault)
{
    struct value *outcome = value_object(call->arena), *records = value_list(call->arena);
    struct value *exports = value_list(call->arena);
    *made = outcome;
    for (size_t i = 0; i < list->count; i++) {
        struct value *record = value_object(call->arena);
        value_set(call->arena, record, "log", value_text(call->arena, list->items[i].log));
        value_set(call->arena, record, "index", value_integer(call->arena, list->items[i].index));
        value_append(call->arena, records, record);
    }
    value_set(call->arena, outcome, "records", records);
    value_set(call->arena, outcome, "ground", value_text(call->arena, ground));
    if (order.at)
        value_set(call->arena, outcome, "order", value_text(call->arena, order));
    if (!exports_find(call, list, exports, fault))
        return false;
    if (exports->count)
        value_set(call->arena, outcome, "exports", exports);
    return true;
}

/* ---- erasing ---- */

/* The request as its record keeps it, and as it is known again: without the case. */
static struct text request_without_case(struct call *call)
{
    struct json_error error;
    struct value *request = json_read(call->arena, request_canonical(call->arena, call->request), &error);
    value_remove(request, "case");
    return json_write(call->arena, request);
}

static bool held(struct call *call, struct text region, struct text case_id, struct fault *fault)
{
    struct text_list grounds;
    if (!case_holds(call, region, case_id, &grounds, fault))
        return false;
    for (size_t i = 0; i < grounds.count; i++)
        refusals_add_at(call->refusals, ERROR_FORBIDDEN, "/case",
                        "this case is held for `%.*s`: it is not erased until that is released",
                        TEXT_ARGS(grounds.items[i]));
    return true;
}

/* Carries out what was recorded: an erasure that is answered was carried out to its end. */
static bool carry_out(struct call *call, struct fault *fault)
{
    struct service *service = call->service;
    bool any;
    if (!journal_erase_finish(service->journal, &any, fault)) {
        if (fault->kind != FAULT_FULL)
            return false;
        refusals_add_at(call->refusals, ERROR_UNAVAILABLE, NULL,
                        "the erasure is recorded, and not carried out to its end: %s; send it again later",
                        fault->message);
        return true;
    }
    service->replace = service->replace || any;
    return true;
}

static bool erase(struct call *call, const struct request_key *key, long long slot, struct value *outcome,
                  struct fault *fault)
{
    struct service *service = call->service;
    struct record record = {
        .log = log_of_region(call->arena, key->region),
        .kind = RECORD_ERASURE,
        .request = key->body,
        .decision = json_write(call->arena, outcome),
    };
    return call_record(call, &record, key, fault) && journal_erase_later(service->journal, slot, fault) &&
           service_commit(service, fault) && carry_out(call, fault);
}

bool verb_erase(struct call *call, struct fault *fault)
{
    struct text case_id = call_text(call, "case"), region = call_text(call, "region");
    const struct value *dry_run = value_get(call->request->root, "dry_run");
    struct request_key key = {call->client, TEXT("erase"), region, call->request->id, request_without_case(call)};
    struct record_list list;
    long long slot;
    bool done = false, dry = dry_run && dry_run->kind == VALUE_BOOLEAN && dry_run->boolean;
    if (dry_run && dry_run->kind != VALUE_BOOLEAN) {
        refusals_add_at(call->refusals, ERROR_INVALID_REQUEST, "/dry_run", "found no boolean, expected `true` or `false`");
        return true;
    }
    if (!dry && !call_repeat(call, &key, &done, fault))
        return false;
    if (done)
        return call->refusals->count || carry_out(call, fault);
    if (!journal_case_slot(call->service->journal, call->arena, region, case_id, &slot, fault) ||
        !case_records(call, region, case_id, &list, fault) || !held(call, region, case_id, fault))
        return false;
    if (slot <= 0 || list.count == 0)
        refusals_add_at(call->refusals, ERROR_NOT_FOUND, "/case", "found no record of this case in `%.*s`",
                        TEXT_ARGS(text_shown(call->arena, region)));
    if (call->refusals->count)
        return true;
    struct value *outcome;
    if (!erasure_outcome(call, &list, call_text(call, "ground"), call_text(call, "order"), &outcome, fault))
        return false;
    if (!dry)
        return erase(call, &key, slot, outcome, fault);
    struct date end;
    const struct retention_term *term;
    value_set(call->arena, outcome, "dry_run", value_boolean(call->arena, true));
    if (case_retention(call->service, region, &list, &end, &term))
        value_set(call->arena, outcome, "kept_until", value_date(call->arena, end));
    call_reply(call, "erase", outcome);
    return true;
}
