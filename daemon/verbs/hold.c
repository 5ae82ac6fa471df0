/* `hold`: a case may not be erased, for a ground (an objection, an appeal, an archive); `release` ends that ground. */
#include "verbs/verb.h"

#include "base/json.h"

static const char *const hold_grounds[] = {"objection", "appeal", "archive"};

static bool ground_check(struct call *call)
{
    struct text ground = call_text(call, "ground");
    for (size_t i = 0; i < sizeof hold_grounds / sizeof *hold_grounds; i++)
        if (text_is(ground, hold_grounds[i]))
            return true;
    refusals_add_at(call->refusals, ERROR_INVALID_REQUEST, "/ground",
                    "found `%.*s`, expected `objection`, `appeal` or `archive`",
                    TEXT_ARGS(text_shown(call->arena, ground)));
    return false;
}

bool verb_hold(struct call *call, struct fault *fault)
{
    struct text case_id = call_text(call, "case"), region = call_text(call, "region");
    const struct value *release = value_get(call->request->root, "release");
    struct request_key key = {call->client, TEXT("hold"), region, call->request->id,
                              request_canonical(call->arena, call->request)};
    bool done;
    long long slot;
    if (release && release->kind != VALUE_BOOLEAN) {
        refusals_add_at(call->refusals, ERROR_INVALID_REQUEST, "/release", "found no boolean, expected `true` or `false`");
        return true;
    }
    if (!ground_check(call))
        return true;
    if (!call_repeat(call, &key, &done, fault) ||
        !journal_case_slot(call->service->journal, call->arena, region, case_id, &slot, fault))
        return false;
    if (done)
        return true;
    if (slot < 0) {
        refusals_add_at(call->refusals, ERROR_NOT_FOUND, "/case", "found no record of this case in `%.*s`",
                        TEXT_ARGS(text_shown(call->arena, region)));
        return true;
    }
    struct value *outcome = value_object(call->arena);
    value_set(call->arena, outcome, "ground", value_text(call->arena, call_text(call, "ground")));
    value_set(call->arena, outcome, "held", value_boolean(call->arena, !(release && release->boolean)));
    struct record record = {
        .log = log_of_region(call->arena, region),
        .kind = RECORD_HOLD,
        .request = key.body,
        .decision = json_write(call->arena, outcome),
        .region = region,
        .case_id = case_id,
    };
    return call_record(call, &record, &key, fault);
}
