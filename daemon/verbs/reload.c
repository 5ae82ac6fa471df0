/* `reload`: loads the rules again, all or nothing. That they were refused is an answer too. */
#include "verbs/verb.h"

bool verb_reload(struct call *call, struct fault *fault)
{
    struct service *service = call->service;
    struct text body = request_canonical(call->arena, call->request);
    struct request_key key = {
        .client = call->client,
        .verb = TEXT("reload"),
        .request = call->request->id,
        .body = body,
    };
    enum journal_seen seen;
    struct record record;
    if (!journal_seen(service->journal, call->arena, &key, &seen, &record, fault))
        return false;
    if (seen != SEEN_NEVER && !call_whole(call, &record, "/request"))
        return true;
    if (seen != SEEN_NEVER)
        return reply_recorded(call, &record, fault); /* it takes no members: another body cannot be */
    struct load_request load = {.client = call->client, .request = body, .key = &key, .record = &record};
    struct findings findings;
    struct value *outcome;
    findings_init(&findings, call->arena);
    if (!service_load(service, call->arena, &load, &findings, &outcome, fault))
        return false;
    return reply_recorded(call, &record, fault);
}
