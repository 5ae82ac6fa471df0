/*
 * `confirm`: a human follows a decision's advice, or deviates from it and says why. Who that is, is what the client
 * says; the record says that too.
 */
#include "verbs/verb.h"

#include "base/json.h"

/* The decision, or NULL with a refusal or a fault (`*good` false). */
static const struct value *decision_find(struct call *call, bool *good, struct fault *fault)
{
    struct text id = call_text(call, "decision");
    struct record *record = ARENA_NEW(call->arena, struct record);
    struct json_error error;
    *good = journal_record(call->service->journal, call->arena, id, record, fault);
    if (!*good && fault->kind == FAULT_ABSENT) {
        *good = true;
        refusals_add_at(call->refusals, ERROR_NOT_FOUND, "/decision", "found no record with id `%.*s`",
                        TEXT_ARGS(text_shown(call->arena, id)));
        return NULL;
    }
    if (!*good || !call_whole(call, record, "/decision"))
        return NULL;
    if (record->kind != RECORD_DECISION) {
        refusals_add_at(call->refusals, ERROR_NOT_FOUND, "/decision",
                        "found a record of kind `%s`, expected a decision", record_kind_names[record->kind]);
        return NULL;
    }
    return value_get(json_read(call->arena, record->request, &error), "case");
}

static bool members_good(struct call *call)
{
    struct text outcome = call_text(call, "outcome");
    bool deviates = text_is(outcome, "deviates");
    if (!deviates && !text_is(outcome, "follows"))
        refusals_add_at(call->refusals, ERROR_INVALID_REQUEST, "/outcome",
                        "found `%.*s`, expected `follows` or `deviates`",
                        TEXT_ARGS(text_shown(call->arena, outcome)));
    else if (deviates && !call_text(call, "reason").length)
        refusals_add_at(call->refusals, ERROR_INVALID_REQUEST, "/reason",
                        "found no reason, expected one: who deviates from the advice says why");
    return call->refusals->count == 0;
}

bool verb_confirm(struct call *call, struct fault *fault)
{
    struct request_key key = {call->client, TEXT("confirm"), {0}, call->request->id,
                              request_canonical(call->arena, call->request)};
    static const char *const told[] = {"decision", "by", "outcome", "reason"};
    bool done, good;
    if (!members_good(call))
        return true;
    if (!call_repeat(call, &key, &done, fault))
        return false;
    if (done)
        return true;
    const struct value *confirmed = decision_find(call, &good, fault);
    if (!confirmed)
        return good;
    struct value *outcome = value_object(call->arena);
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (call_text(call, told[i]).at)
            value_set(call->arena, outcome, told[i], value_text(call->arena, call_text(call, told[i])));
    struct text region = value_get(confirmed, "region")->text;
    struct record record = {
        .log = log_of_region(call->arena, region),
        .kind = RECORD_CONFIRMATION,
        .request = key.body,
        .decision = json_write(call->arena, outcome),
        .region = region,
        .case_id = value_get(confirmed, "case")->text,
    };
    return call_record(call, &record, &key, fault);
}
