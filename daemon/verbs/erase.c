/*
 * `erase`: makes all that is recorded of a case unreadable, for good. What stays of each record is what its leaf says.
 * The record of it names the records, the ground and the order, never the case.
 */
#include "verbs/verb.h"

#include "base/json.h"

/* {"records": [{"log", "index"}], "ground", "order"}, and `exports` when some hold it */
static struct value *outcome_of(struct call *call, const struct record_list *list)
{
    struct value *outcome = value_object(call->arena), *records = value_list(call->arena);
    for (size_t i = 0; i < list->count; i++) {
        struct value *record = value_object(call->arena);
        value_set(call->arena, record, "log", value_text(call->arena, list->items[i].log));
        value_set(call->arena, record, "index", value_integer(call->arena, list->items[i].index));
        value_append(call->arena, records, record);
    }
    value_set(call->arena, outcome, "records", records);
    value_set(call->arena, outcome, "ground", value_text(call->arena, call_text(call, "ground")));
    if (call_text(call, "order").at)
        value_set(call->arena, outcome, "order", value_text(call->arena, call_text(call, "order")));
    return outcome;
}

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

/*
 * Carries out what was recorded, and answers nothing: this process has read what is erased. An erasure that is answered
 * was carried out to its end.
 */
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
    call->withheld = service->replace;
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
    struct value *outcome = outcome_of(call, &list);
    if (!exports_add(call, &list, outcome, fault))
        return false;
    if (!dry)
        return erase(call, &key, slot, outcome, fault);
    value_set(call->arena, outcome, "dry_run", value_boolean(call->arena, true));
    call_reply(call, "erase", outcome);
    return true;
}
