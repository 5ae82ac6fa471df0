/* `prove`: that a record is in its log (inclusion), or that a log has only grown since it was shorter (consistency). */
#include "verbs/verb.h"

#include "base/base64.h"

static bool prove_inclusion(struct call *call, struct text id, struct fault *fault)
{
    struct arena *arena = call->arena;
    struct record record;
    struct text proof;
    if (!journal_record(call->service->journal, arena, id, &record, fault)) {
        if (fault->kind != FAULT_ABSENT)
            return false;
        refusals_add_at(call->refusals, ERROR_NOT_FOUND, "/decision", "found no record with id `%.*s`",
                        TEXT_ARGS(text_shown(arena, id)));
        return true;
    }
    if (record.state == RECORD_DAMAGED)
        return call_whole(call, &record, "/decision") || true;
    if (!journal_proof(call->service->journal, arena, &record, TREE_OF_NOW, &proof, fault))
        return false;
    struct value *reply = record_reference(arena, &record);
    value_set(arena, reply, "leaf", value_text(arena, base64_write(arena, record.leaf)));
    value_set(arena, reply, "proof", value_text(arena, proof));
    call_reply(call, "prove", reply);
    return true;
}

static bool size_member(struct call *call, const char *name, long long otherwise, long long most, long long *size)
{
    const struct value *value = value_get(call->request->root, name);
    struct pointer root = {0}, at = {.parent = &root, .name = text_of(name)};
    *size = value ? value->integer : otherwise;
    if (*size >= 1 && *size <= most)
        return true;
    refusals_add(call->refusals, ERROR_INVALID_REQUEST, &at, "found %lld, expected 1 to %lld: a size of the log", *size,
                 most);
    return false;
}

static bool prove_consistency(struct call *call, struct fault *fault)
{
    struct arena *arena = call->arena;
    struct journal *journal = call->service->journal;
    struct text log = log_named(call), note;
    long long from, to, size = 0;
    size_t count;
    if (!log.at)
        return true;
    const struct log_size *logs = journal_logs(journal, arena, &count);
    for (size_t i = 0; i < count; i++)
        if (text_equal(logs[i].log, log))
            size = logs[i].size;
    if (!size_member(call, "to", size, size, &to) || !size_member(call, "from", 0, to, &from))
        return true;
    struct tree_proof path;
    if (!journal_consistency(journal, arena, log, from, to, &path, &note, fault))
        return false;
    struct value *reply = value_object(arena), *hashes = value_list(arena);
    for (size_t i = 0; i < path.count; i++)
        value_append(arena, hashes, value_text(arena, digest_text(arena, path.hashes[i])));
    value_set(arena, reply, "log", value_text(arena, log));
    value_set(arena, reply, "from", value_integer(arena, from));
    value_set(arena, reply, "to", value_integer(arena, to));
    value_set(arena, reply, "hashes", hashes);
    value_set(arena, reply, "note", value_text(arena, note));
    call_reply(call, "prove", reply);
    return true;
}

bool verb_prove(struct call *call, struct fault *fault)
{
    struct text id = call_text(call, "decision");
    if (!id.at)
        return prove_consistency(call, fault);
    if (call_text(call, "log").at || call_text(call, "region").at)
        refusals_add_at(call->refusals, ERROR_INVALID_REQUEST, "/decision",
                        "found `decision` beside a log, expected one of them");
    return call->refusals->count > 0 || prove_inclusion(call, id, fault);
}
