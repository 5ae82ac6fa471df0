/*
 * `history` of a log: its leaves, a page at a time, as an export has them. They are what anyone may be handed: nothing
 * of what records hold is read for it.
 */
#include "verbs/verb.h"

#include "base/base64.h"

#define PAGE_MAX 1000

static long long count_member(const struct call *call, const char *name, long long otherwise)
{
    const struct value *value = value_get(call->request->root, name);
    return value ? value->integer : otherwise;
}

static bool members_good(struct call *call, long long limit)
{
    static const char *const others[] = {"case", "region", "after", "only"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (value_get(call->request->root, others[i]))
            refusals_add_at(call->refusals, ERROR_INVALID_REQUEST, "/log",
                            "found `log` beside `%s`, expected only `from` and `limit` with it", others[i]);
    if (limit < 1 || limit > PAGE_MAX)
        refusals_add_at(call->refusals, ERROR_INVALID_REQUEST, "/limit", "found %lld, expected 1 to %d", limit, PAGE_MAX);
    return call->refusals->count == 0;
}

bool history_leaves(struct call *call, struct fault *fault)
{
    struct arena *arena = call->arena;
    struct journal *journal = call->service->journal;
    long long from = count_member(call, "from", 0), limit = count_member(call, "limit", PAGE_MAX), size = -1;
    struct text log = call_text(call, "log");
    struct text_list leaves;
    size_t count;
    if (!members_good(call, limit))
        return true;
    const struct log_size *logs = journal_logs(journal, arena, &count);
    for (size_t i = 0; i < count; i++)
        if (text_equal(logs[i].log, log))
            size = logs[i].size;
    if (size < 0) {
        refusals_add_at(call->refusals, ERROR_NOT_FOUND, "/log", "found no log `%.*s`",
                        TEXT_ARGS(text_shown(arena, log)));
        return true;
    }
    if (!journal_leaves(journal, arena, log, from, (size_t)limit, &leaves, fault)) {
        if (!journal_damage(journal))
            return false;
        refusals_add_at(call->refusals, ERROR_INTERNAL, "/log", "%s: nothing of it is handed out",
                        journal_damage(journal));
        return true;
    }
    struct value *history = value_object(arena), *list = value_list(arena);
    for (size_t i = 0; i < leaves.count; i++)
        value_append(arena, list, value_text(arena, base64_write(arena, leaves.items[i])));
    value_set(arena, history, "log", value_text(arena, log));
    value_set(arena, history, "from", value_integer(arena, from));
    value_set(arena, history, "size", value_integer(arena, size));
    value_set(arena, history, "leaves", list);
    if (from + (long long)leaves.count < size)
        value_set(arena, history, "next", value_integer(arena, from + (long long)leaves.count));
    call_reply(call, "history", history);
    return true;
}
