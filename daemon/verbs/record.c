/*
 * `record`: one record, whole, with its proof; of one that was erased, what its leaf says. Who reads what is said of a
 * person is recorded first.
 */
#include "verbs/verb.h"

bool verb_record(struct call *call, struct fault *fault)
{
    struct text id = call_text(call, "decision");
    struct record record;
    if (journal_record(call->service->journal, call->arena, id, &record, fault)) {
        struct text proof;
        if (record.state == RECORD_DAMAGED)
            return call_whole(call, &record, "/decision") || true;
        if (record_is_personal(&record) && !call_access(call, &(struct access){.records = &record, .count = 1}, fault))
            return false;
        if (call->refusals->count)
            return true;
        if (!journal_proof(call->service->journal, call->arena, &record, TREE_OF_NOW, &proof, fault))
            return false;
        struct value *told = record_value(call->arena, &record, proof);
        if (!later_tell(call, &record, value_object(call->arena), told, fault))
            return false;
        call_reply(call, "record", told);
        return true;
    }
    if (fault->kind != FAULT_ABSENT)
        return false;
    refusals_add_at(call->refusals, ERROR_NOT_FOUND, "/decision",
                    "found no record with id `%.*s`, expected the `record.id` of an answer",
                    TEXT_ARGS(text_shown(call->arena, id)));
    return true;
}
