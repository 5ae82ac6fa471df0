/*
 * `decide`: a case to a decision, and the decision to its record. The same request again is answered from the record.
 */
#include "verbs/verb.h"

#include "base/json.h"

/* The same for the same record, byte for byte: in the smallest tree that it is in. */
static bool reply_receipt(struct call *call, const struct record *record, struct fault *fault)
{
    struct text proof;
    if (!journal_proof(call->service->journal, call->arena, record, TREE_OF_THEN, &proof, fault))
        return false;
    call_reply(call, "record", record_receipt(call->arena, record, proof));
    return true;
}

/* What was recorded is answered again, byte for byte; a view (`trace`, `for`) is not kept, so it is made again. */
static bool answer_again(struct call *call, const struct record *record, struct fault *fault)
{
    struct service *service = call->service;
    const struct value *trace = value_get(call->request->root, "trace");
    if (!call_whole(call, record, "/request"))
        return true;
    struct text decision = record->decision;
    if ((trace && trace->boolean) || value_get(call->request->root, "for")) {
        struct findings findings;
        findings_init(&findings, call->arena);
        const struct edition *edition = edition_cache_get(&service->cache, edition_store_of(service->journal), service->edition,
                                                          record->edition, &findings, fault);
        if (!edition && fault->kind != FAULT_NONE && fault->kind != FAULT_ABSENT)
            return false;
        struct refusals refusals;
        refusals_init(&refusals, call->arena);
        const struct value *view = edition ? decide_as_asked(call->arena, edition->rules, record, &refusals) : NULL;
        if (!view) {
            refusals_add_at(call->refusals, ERROR_INTERNAL, NULL,
                            "this request was decided and recorded as `%.*s`, but the view it asks for cannot be made "
                            "again: its rules no longer load",
                            TEXT_ARGS(record->id));
            return true;
        }
        decision = json_write(call->arena, view);
    }
    call_reply_text(call, "decision", decision);
    service->counters[COUNTER_REPEATED]++;
    return reply_receipt(call, record, fault);
}

/* A correction names the decision that it takes the place of: one that was recorded, of the same case. */
static bool replaced_is_there(struct call *call, const struct case_file *case_file, struct fault *fault)
{
    struct text id = call_text(call, "replaces");
    struct record replaced;
    if (!id.at)
        return true;
    if (!journal_record(call->service->journal, call->arena, id, &replaced, fault)) {
        if (fault->kind != FAULT_ABSENT)
            return false;
        refusals_add_at(call->refusals, ERROR_NOT_FOUND, "/replaces", "found `%.*s`, expected the id of a decision",
                        TEXT_ARGS(text_shown(call->arena, id)));
        return true;
    }
    struct json_error error;
    if (!call_whole(call, &replaced, "/replaces"))
        return true;
    const struct value *request = json_read(call->arena, replaced.request, &error);
    const struct value *same = value_get(value_get(request, "case"), "case");
    if (replaced.kind != RECORD_DECISION || !same || !text_equal(same->text, case_file->id))
        refusals_add_at(call->refusals, ERROR_NOT_FOUND, "/replaces",
                        "found a record that is no decision on this case, expected the id of one");
    return true;
}

/*
 * The decision as the record keeps it: whole, for nobody in particular, without its trace. `decision` is what was asked
 * for; its trace stays in it.
 */
static struct text whole_decision(struct call *call, const struct case_file *case_file, struct date on,
                                  const struct asked *asked, struct value *decision)
{
    const struct rules *rules = call->service->edition->rules;
    if (asked->for_role.at) {
        struct asked whole = *asked;
        whole.trace = false;
        whole.for_role = (struct text){0};
        return json_write(call->arena, decide(call->arena, rules, case_file, on, &whole, call->refusals));
    }
    struct value *trace = value_get(decision, "trace");
    if (trace)
        value_remove(decision, "trace");
    struct text text = json_write(call->arena, decision);
    if (trace)
        value_set(call->arena, decision, "trace", trace);
    return text;
}

static bool decide_new(struct call *call, const struct request_key *key, struct fault *fault)
{
    struct service *service = call->service;
    const struct rules *rules = service->edition->rules;
    struct pointer root = {0}, at = {.parent = &root, .name = TEXT("case")};
    struct case_file case_file;
    struct asked asked;
    bool good = case_read(call->arena, rules, value_get(call->request->root, "case"), &at, &case_file, call->refusals);
    good = asked_read(rules, call->request->root, &asked, call->refusals) && good;
    if (!good)
        return true;
    if (!replaced_is_there(call, &case_file, fault))
        return false;
    struct date on = call_on(call);
    struct value *decision = call->refusals->count ? NULL
                                                   : decide(call->arena, rules, &case_file, on, &asked, call->refusals);
    if (!decision)
        return true;
    struct record record = {
        .log = log_of_region(call->arena, case_file.region->name),
        .kind = RECORD_DECISION,
        .client = call->client,
        .edition = service->edition->digest,
        .request = key->body,
        .decision = whole_decision(call, &case_file, on, &asked, decision),
        .region = case_file.region->name,
        .case_id = case_file.id,
        .request_read = call->request->root,
    };
    bool viewed = asked.trace || asked.for_role.at;
    record.answer = viewed ? json_write(call->arena, decision) : record.decision;
    call_reply_text(call, "decision", record.answer);
    if (!call_append(call, &record, key, fault))
        return false;
    service->counters[COUNTER_DECIDED]++;
    return reply_receipt(call, &record, fault);
}

bool verb_decide(struct call *call, struct fault *fault)
{
    const struct value *region = value_get(value_get(call->request->root, "case"), "region");
    struct request_key key = {
        .client = call->client,
        .verb = TEXT("decide"),
        .region = region && region->kind == VALUE_TEXT ? region->text : (struct text){0},
        .request = call->request->id,
        .body = request_canonical(call->arena, call->request),
    };
    enum journal_seen seen;
    struct record record;
    if (!journal_seen(call->service->journal, call->arena, &key, &seen, &record, fault))
        return false;
    if (seen == SEEN_SAME)
        return answer_again(call, &record, fault);
    if (seen == SEEN_NEVER)
        return decide_new(call, &key, fault);
    if (seen == SEEN_ERASED)
        refusals_add_at(call->refusals, ERROR_ERASED, "/request", "this was answered, and its case was erased since");
    else
        refusals_add_at(call->refusals, ERROR_REQUEST_REUSED, "/request",
                        "this id came before with another body, expected the same request again or a new id");
    return true;
}

void call_refuse_case(struct call *call, const struct verb *verb)
{
    const struct rules *rules = call->service->edition->rules;
    const struct value *root = call->request->root, *case_value = value_get(root, "case");
    struct pointer whole = {0}, at = {.parent = &whole, .name = TEXT("case")};
    struct case_file case_file;
    struct asked asked;
    bool nulls = false;
    for (size_t i = 0; i < root->count; i++)
        nulls = nulls || root->items[i]->kind == VALUE_NULL;
    /* A case under drafts is one of the drafts' words, and a null was told already. */
    bool decides = verb->run == verb_decide || verb->run == verb_simulate;
    if (!decides || nulls || value_get(root, "rules") || !case_value || case_value->kind != VALUE_OBJECT)
        return;
    (void)case_read(call->arena, rules, case_value, &at, &case_file, call->refusals);
    (void)asked_read(rules, root, &asked, call->refusals);
}
