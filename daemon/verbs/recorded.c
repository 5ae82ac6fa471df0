/* What is recorded beside decisions and editions, and what `confirm`, `hold` and `erase` share. */
#include "verbs/verb.h"

#include "base/json.h"

bool verb_forbidden(struct call *call, const struct verb *verb, struct fault *fault)
{
    struct record record = {
        .log = TEXT("daemon"),
        .kind = RECORD_FORBIDDEN,
        .client = call->client,
        .edition = call->service->edition->digest,
        .request = text_format(call->arena, "{\"verb\":\"%s\"}", verb->name),
        .decision = TEXT("{}"),
    };
    return call_append(call, &record, NULL, fault) || (fault->kind == FAULT_FULL && call->service->full);
}

struct text log_of_region(struct arena *arena, struct text region)
{
    int year, month, day;
    date_parts(moment_date(moment_now()), &year, &month, &day);
    return text_format(arena, "%.*s/%d", TEXT_ARGS(region), year);
}

bool reply_recorded(struct call *call, const struct record *record, struct fault *fault)
{
    struct text proof;
    if (!journal_proof(call->service->journal, call->arena, record, TREE_OF_THEN, &proof, fault))
        return false;
    call_reply_text(call, text_string(call->arena, call->request->verb), record->decision);
    call_reply(call, "record", record_receipt(call->arena, record, proof));
    return true;
}

bool call_record(struct call *call, struct record *record, const struct request_key *key, struct fault *fault)
{
    record->client = call->client;
    record->edition = call->service->edition->digest;
    return call_append(call, record, key, fault) && reply_recorded(call, record, fault);
}

bool call_repeat(struct call *call, const struct request_key *key, bool *done, struct fault *fault)
{
    enum journal_seen seen;
    struct record record;
    if (!journal_seen(call->service->journal, call->arena, key, &seen, &record, fault))
        return false;
    *done = seen != SEEN_NEVER;
    if (seen == SEEN_OTHER)
        refusals_add_at(call->refusals, ERROR_REQUEST_REUSED, "/request",
                        "this id came before with another body, expected the same request again or a new id");
    if (seen == SEEN_ERASED)
        refusals_add_at(call->refusals, ERROR_ERASED, "/request", "this was answered, and its case was erased since");
    if (seen != SEEN_SAME || !call_whole(call, &record, "/request"))
        return true;
    call->service->counters[COUNTER_REPEATED]++;
    return reply_recorded(call, &record, fault);
}

bool case_records(struct call *call, struct text region, struct text case_id, struct record_list *list,
                  struct fault *fault)
{
    size_t count;
    const struct log_size *logs = journal_logs(call->service->journal, call->arena, &count);
    const char *prefix = text_string(call->arena, text_format(call->arena, "%.*s/", TEXT_ARGS(region)));
    *list = (struct record_list){0};
    for (size_t i = 0; i < count; i++) {
        struct record_list part;
        struct record_query query = {.log = logs[i].log, .case_id = case_id, .limit = (size_t)INT32_MAX};
        if (!text_starts_with(logs[i].log, prefix))
            continue;
        if (!journal_find(call->service->journal, call->arena, &query, &part, fault))
            return false;
        for (size_t j = 0; j < part.count; j++) {
            struct record *record =
                arena_push(call->arena, &list->items, &list->count, &list->capacity, sizeof *record);
            *record = part.items[j];
        }
    }
    return true;
}

bool case_holds(struct call *call, struct text region, struct text case_id, struct text_list *grounds,
                struct fault *fault)
{
    struct record_list list;
    struct value *held = value_object(call->arena);
    struct json_error error;
    *grounds = (struct text_list){0};
    if (!case_records(call, region, case_id, &list, fault))
        return false;
    for (size_t i = 0; i < list.count; i++) {
        if (list.items[i].kind != RECORD_HOLD || list.items[i].state != RECORD_WHOLE)
            continue;
        const struct value *hold = json_read(call->arena, list.items[i].decision, &error);
        const struct value *ground = value_get(hold, "ground"), *holds = value_get(hold, "held");
        if (ground && holds)
            value_set_text(call->arena, held, ground->text, value_boolean(call->arena, holds->boolean));
    }
    for (size_t i = 0; i < held->count; i++)
        if (held->items[i]->boolean)
            text_list_add(call->arena, grounds, held->names[i]);
    return true;
}
