/*
 * Who read personal facts: a record of kind `access` in the log `daemon`, in the commit before the answer leaves. It
 * stands there and not in the region's log, so that reading a log does not make it longer: an export comes to an end,
 * and its proofs are of one head.
 */
#include "verbs/verb.h"

#include "base/json.h"

/* {"records": [{"log", "index"}], "until"}: what the record of the reading holds, of nobody. */
static struct text shown_text(struct call *call, const struct access *access)
{
    struct value *object = value_object(call->arena), *records = value_list(call->arena);
    for (size_t i = 0; i < access->count; i++) {
        struct value *record = value_object(call->arena);
        value_set(call->arena, record, "log", value_text(call->arena, access->records[i].log));
        value_set(call->arena, record, "index", value_integer(call->arena, access->records[i].index));
        value_append(call->arena, records, record);
    }
    value_set(call->arena, object, "records", records);
    if (access->until.at)
        value_set(call->arena, object, "until", value_text(call->arena, access->until));
    return json_write(call->arena, object);
}

/* {"records": count, "log", "first", "last", "until"}: the log and its span when all are of one log. */
static struct value *about_of(struct call *call, const struct access *access)
{
    struct value *about = value_object(call->arena);
    long long first = access->records[0].index, last = first;
    bool same = true;
    for (size_t i = 1; i < access->count; i++) {
        same = same && text_equal(access->records[i].log, access->records[0].log);
        first = access->records[i].index < first ? access->records[i].index : first;
        last = access->records[i].index > last ? access->records[i].index : last;
    }
    value_set(call->arena, about, "records", value_integer(call->arena, (long long)access->count));
    if (same) {
        value_set(call->arena, about, "log", value_text(call->arena, access->records[0].log));
        value_set(call->arena, about, "first", value_integer(call->arena, first));
        value_set(call->arena, about, "last", value_integer(call->arena, last));
    }
    if (access->until.at)
        value_set(call->arena, about, "until", value_text(call->arena, access->until));
    return about;
}

/* As the record keeps it: a case that was named is told by its records, never by its pseudonym. */
static struct text request_without_case(struct call *call, struct text body)
{
    struct json_error error;
    struct value *request = json_read(call->arena, body, &error);
    if (!value_get(request, "case"))
        return body;
    value_remove(request, "case");
    return json_write(call->arena, request);
}

bool call_access(struct call *call, const struct access *access, struct fault *fault)
{
    struct request_key key = {call->client, call->request->verb, {0}, call->request->id,
                              request_canonical(call->arena, call->request)};
    enum journal_seen seen;
    struct record record;
    if (!journal_seen(call->service->journal, call->arena, &key, &seen, &record, fault))
        return false;
    if (seen == SEEN_SAME)
        return true;
    if (seen != SEEN_NEVER) {
        refusals_add_at(call->refusals, ERROR_REQUEST_REUSED, "/request",
                        "this id came before with another body, expected the same request again or a new id");
        return true;
    }
    record = (struct record){
        .log = TEXT("daemon"),
        .kind = RECORD_ACCESS,
        .client = call->client,
        .edition = call->service->edition->digest,
        .request = request_without_case(call, key.body),
        .decision = shown_text(call, access),
        .about = about_of(call, access),
    };
    return call_append(call, &record, &key, fault);
}
