/* `checkpoint`: the signed head of a log, how long it is and the root of its tree, with the signatures of witnesses. */
#include "verbs/verb.h"

struct text log_named(struct call *call)
{
    struct text log = call_text(call, "log"), region = call_text(call, "region"), newest = {0};
    struct text wanted = log.at ? log : region;
    size_t count;
    const struct log_size *logs = journal_logs(call->service->journal, call->arena, &count);
    if (!wanted.at || (log.at && region.at)) {
        refusals_add_at(call->refusals, ERROR_INVALID_REQUEST, "", "found %s, expected `log` or `region`",
                        log.at ? "`log` and `region`" : "neither `log` nor `region`");
        return newest;
    }
    const char *prefix = text_string(call->arena, text_format(call->arena, "%.*s/", TEXT_ARGS(wanted)));
    for (size_t i = 0; i < count; i++) {
        bool named = text_equal(logs[i].log, wanted) || (region.at && text_starts_with(logs[i].log, prefix));
        if (named && logs[i].size && (!newest.at || text_compare(logs[i].log, newest) > 0))
            newest = logs[i].log;
    }
    if (!newest.at)
        refusals_add_at(call->refusals, ERROR_NOT_FOUND, log.at ? "/log" : "/region", "found no log of `%.*s`",
                        TEXT_ARGS(text_shown(call->arena, wanted)));
    return newest;
}

bool verb_checkpoint(struct call *call, struct fault *fault)
{
    struct text log = log_named(call), note;
    if (!log.at)
        return true;
    if (!journal_head(call->service->journal, call->arena, log, &note, fault))
        return false;
    struct value *checkpoint = value_object(call->arena);
    value_set(call->arena, checkpoint, "log", value_text(call->arena, log));
    value_set(call->arena, checkpoint, "vkey",
              value_text(call->arena, journal_vkey(call->service->journal, call->arena, log)));
    value_set(call->arena, checkpoint, "note",
              value_text(call->arena, witnesses_note(call->service->witnesses, call->arena, note)));
    struct text cosigned = witnesses_newest(call->service->witnesses, call->arena, log);
    if (cosigned.at)
        value_set(call->arena, checkpoint, "cosigned", value_text(call->arena, cosigned));
    call_reply(call, "checkpoint", checkpoint);
    return true;
}
