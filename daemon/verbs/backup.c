/*
 * `backup`: a copy of the journal, made a slice at a time between commits while others are answered; who asked is
 * answered when it is done. It is no record: a copy cannot hold the record of itself, and holds nothing that can be
 * read without the keys, which are not in it. The log of running tells of it.
 */
#include "verbs/verb.h"

#include "base/json.h"
#include "base/log.h"

/* The same request again while it is made, or after it: one copy, one answer. */
static bool backup_again(struct call *call, const struct backup_task *task, struct text path)
{
    if (!call->request->id.at || !text_equal(task->request.id, call->request->id))
        return false;
    if (!text_equal(task->path, path))
        refusals_add_at(call->refusals, ERROR_REQUEST_REUSED, "/request",
                        "this id came before with another path, expected the same request again or a new id");
    else if (task->copy)
        call->later = true;
    else
        call_reply_text(call, "backup", text_copy(call->arena, task->outcome));
    return true;
}

static void backup_refuse(struct refusals *refusals, const struct fault *fault)
{
    if (fault->kind == FAULT_ABSENT)
        refusals_add_at(refusals, ERROR_INVALID_REQUEST, "/path", "%s", fault->message);
    else
        refusals_add_at(refusals, ERROR_UNAVAILABLE, NULL, "%s: nothing of it is left", fault->message);
}

bool verb_backup(struct call *call, struct fault *fault)
{
    (void)fault; /* whatever keeps the copy from being made, the daemon goes on */
    struct backup_task *task = &call->service->backup;
    struct text path = call_text(call, "path");
    struct fault why;
    if (backup_again(call, task, path))
        return true;
    if (task->copy) {
        refusals_add_at(call->refusals, ERROR_BUSY, NULL, "another backup is being made: send it again later");
        return true;
    }
    struct journal_backup *copy =
        journal_backup_begin(call->service->journal, text_string(call->arena, path), &why);
    if (!copy) {
        backup_refuse(call->refusals, &why);
        return true;
    }
    backup_finish(task);
    task->copy = copy;
    task->path = text_copy(&task->arena, path);
    task->request = (struct request){.id = text_copy(&task->arena, call->request->id), .verb = TEXT("backup")};
    call->later = true;
    return true;
}

/* {"path", "bytes", "logs": [{"log", "size", "note"}]}: the heads that the copy ends in. */
static bool outcome_make(const struct service *service, struct backup_task *task, struct fault *fault)
{
    struct arena *arena = &task->arena;
    struct value *outcome = value_object(arena), *logs = value_list(arena);
    size_t count;
    const struct log_size *sizes = journal_logs(service->journal, arena, &count);
    for (size_t i = 0; i < count; i++) {
        struct value *log = value_object(arena);
        struct text note;
        if (!journal_head(service->journal, arena, sizes[i].log, &note, fault))
            return false;
        value_set(arena, log, "log", value_text(arena, sizes[i].log));
        value_set(arena, log, "size", value_integer(arena, sizes[i].size));
        value_set(arena, log, "note", value_text(arena, note));
        value_append(arena, logs, log);
    }
    value_set(arena, outcome, "path", value_text(arena, task->path));
    value_set(arena, outcome, "bytes", value_integer(arena, journal_backup_bytes(task->copy)));
    value_set(arena, outcome, "logs", logs);
    task->outcome = json_write(arena, outcome);
    return true;
}

bool backup_turn(struct service *service, struct arena *arena, struct text *reply, struct fault *fault)
{
    struct backup_task *task = &service->backup;
    struct refusals refusals;
    struct fault why;
    bool done = false;
    *reply = (struct text){0};
    refusals_init(&refusals, arena);
    if (!journal_backup_step(task->copy, &done, &why)) {
        LOG_EVENT(LOG_ERROR, "backup_failed", LOG_TEXT("message", why.message));
        backup_refuse(&refusals, &why);
        *reply = reply_refused(arena, &task->request, &refusals);
        backup_finish(task);
    } else if (done) {
        if (!outcome_make(service, task, fault))
            return false;
        LOG_EVENT(LOG_INFO, "backup", LOG_NUMBER("bytes", journal_backup_bytes(task->copy)));
        struct part part = {"backup", task->outcome};
        *reply = reply_ok(arena, &task->request, &part, 1);
        journal_backup_drop(task->copy);
        task->copy = NULL;
    }
    return true;
}

struct text backup_give_up(struct service *service, struct arena *arena)
{
    struct refusals refusals;
    refusals_init(&refusals, arena);
    refusals_add_at(&refusals, ERROR_UNAVAILABLE, NULL,
                    "the daemon stops or begins anew before the copy was made, and nothing of it is left: send it again");
    struct text reply = reply_refused(arena, &service->backup.request, &refusals);
    backup_finish(&service->backup);
    return reply;
}

void backup_finish(struct backup_task *task)
{
    journal_backup_drop(task->copy);
    arena_finish(&task->arena);
    *task = (struct backup_task){0};
}
