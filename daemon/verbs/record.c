/* `record`: one record, whole. */
#include "verbs/verb.h"

bool verb_record(struct call *call, struct fault *fault)
{
    struct text id = call_text(call, "decision");
    struct record record;
    if (journal_record(call->service->journal, call->arena, id, &record, fault)) {
        call_reply(call, "record", record_value(call->arena, &record));
        return true;
    }
    if (fault->kind != FAULT_ABSENT)
        return false;
    refusals_add_at(call->refusals, ERROR_NOT_FOUND, "/decision",
                    "found no record with id `%.*s`, expected the `record.id` of an answer",
                    TEXT_ARGS(text_shown(call->arena, id)));
    return true;
}
