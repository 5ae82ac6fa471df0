#include "daemon.h"

#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"

#include <setjmp.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- the left-hand column: from rule files to the current edition ---- */

bool service_load(struct service *service, struct arena *arena, const struct load_request *request,
                  struct findings *findings, struct value **outcome, struct fault *fault)
{
    struct edition *edition = edition_stage(service->rules_folder, arena, findings);
    *outcome = edition_outcome(arena, service->edition, edition, findings);
    bool recorded = edition_record(service, arena, request, edition, *outcome, fault) && service_commit(service, fault);
    if (!recorded) {
        service_rollback(service);
        edition_release(edition);
        return false;
    }
    if (edition) {
        edition_release(service->edition);
        service->edition = edition;
    }
    service->counters[COUNTER_RELOADS]++;
    return true;
}

/* ---- the right-hand column: from request bytes to a reply ---- */

/* What is answered together: the first `count` of the queue, and what each will hear. */
struct batch {
    struct arena arena; /* of the replies */
    size_t count, written;
    struct text replies[COMMIT_RECORDS_MAX]; /* absent: there is none now */
    bool later[COMMIT_RECORDS_MAX];          /* it comes when the backup is done */
};

enum taken { TAKEN, LEFT /* it wants a commit of its own */, FAULTED };

static void refuse_parcel(const struct parcel *parcel, struct refusals *refusals)
{
    refusals->line = refusals->column = 1; /* of a frame that is no JSON */
    if (parcel->state == PARCEL_LARGE)
        refusals_add_at(refusals, ERROR_TOO_LARGE, NULL, "found a request of %zu bytes, expected at most %d",
                        parcel->size, REQUEST_BYTES_MAX);
    else if (parcel->state == PARCEL_MANY)
        refusals_add_at(refusals, ERROR_MALFORMED, NULL,
                        "found more than one frame, expected one frame of JSON, or an empty one and then that");
    else
        refusals_add_at(refusals, ERROR_MALFORMED, NULL, "found an empty frame, expected one frame of JSON");
}

/* What a client asks and may not, is recorded; `*recorded` is false when the world is wrong. */
static bool allowed(struct call *call, const struct verb *verb, bool *recorded, struct fault *fault)
{
    if (verb_allowed(call, verb))
        return true;
    *recorded = verb_forbidden(call, verb, fault);
    return false;
}

static bool members_good(struct call *call, const struct verb *verb)
{
    bool good = request_check(call->request, verb->members, verb->members_count, call->refusals);
    if (!good)
        call_refuse_case(call, verb);
    return good;
}

/* A request to its reply; for `decide`: request, case, decision, record (verbs/decide.c). */
static enum taken answer(struct call *call, struct request *request, const struct parcel *parcel, bool first,
                         struct text *reply, struct fault *fault)
{
    struct refusals *refusals = call->refusals;
    const struct verb *verb = NULL;
    bool recorded = true;
    if (parcel->state != PARCEL_WHOLE)
        refuse_parcel(parcel, refusals);
    else if (request_read(call->arena, parcel->body, request, refusals) && (verb = verb_find(request, refusals)) &&
             allowed(call, verb, &recorded, fault) && members_good(call, verb)) {
        if (verb->alone && !first)
            return LEFT;
        bool done = verb->run(call, fault);
        if (!done && !(fault->kind == FAULT_FULL && call->service->full))
            return FAULTED;
        call->service->counters[COUNTER_UNAVAILABLE] += !done;
        if (!done)
            refusals_add_at(refusals, ERROR_UNAVAILABLE, NULL, "%s: nothing was recorded, send it again later",
                            fault->message);
    }
    if (!recorded)
        return FAULTED;
    call->service->counters[COUNTER_REQUESTS]++;
    call->service->counters[COUNTER_REFUSED] += refusals->count > 0;
    if (!call->later)
        *reply = refusals->count ? reply_refused(call->arena, request, refusals)
                                 : reply_ok(call->arena, request, call->parts, call->parts_count);
    return TAKEN;
}

/* The same, so that a request that runs out of its memory costs itself and not the daemon. */
static enum taken answer_bounded(struct call *call, struct request *request, const struct parcel *parcel, bool first,
                                 struct text *reply, struct fault *fault)
{
    jmp_buf escape;
    call->arena->limit = CASE_MEMORY_MAX;
    if (setjmp(escape)) {
        call->arena->escape = NULL;
        call->arena->limit = 0; /* the refusal itself needs a little */
        refusals_init(call->refusals, call->arena);
        refusals_add_at(call->refusals, ERROR_TOO_LARGE, NULL, "answering this takes more than %zu MiB of memory",
                        CASE_MEMORY_MAX / 1024 / 1024);
        call->service->counters[COUNTER_REFUSED]++;
        *reply = reply_refused(call->arena, request, call->refusals);
        return TAKEN;
    }
    call->arena->escape = &escape;
    return answer(call, request, parcel, first, reply, fault);
}

static enum taken batch_take(struct batch *batch, struct service *service, const struct parcel *parcel,
                             struct fault *fault)
{
    struct arena arena;
    struct refusals refusals;
    struct request request = {0};
    arena_init(&arena);
    refusals_init(&refusals, &arena);
    struct call call = {.service = service, .arena = &arena, .request = &request, .client = TEXT("local"),
                        .refusals = &refusals};
    struct text reply = {0};
    enum taken taken = answer_bounded(&call, &request, parcel, batch->count == 0, &reply, fault);
    if (taken == TAKEN) {
        batch->later[batch->count] = call.later;
        batch->replies[batch->count++] = reply.at ? text_copy(&batch->arena, reply) : reply;
        batch->written += call.written;
    }
    edition_release(service->draft);
    service->draft = NULL;
    arena_finish(&arena);
    return taken;
}

/* Answers up to `count` of what waits, as many as are committed together. */
static bool batch_answer(struct batch *batch, struct daemon *daemon, size_t count, struct fault *fault)
{
    const struct parcel *parcel = daemon->queue.first;
    batch->count = batch->written = 0;
    while (parcel && batch->count < count && batch->written < COMMIT_BYTES_MAX) {
        enum taken taken = batch_take(batch, &daemon->service, parcel, fault);
        if (taken == FAULTED)
            return false;
        if (taken == LEFT)
            break;
        parcel = parcel->next;
    }
    return true;
}

static bool reply_send(struct daemon *daemon, const struct peer *peer, struct text reply, struct fault *fault)
{
    bool delivered;
    if (!socket_send(daemon->socket, peer, reply, &delivered, fault))
        return false;
    daemon->service.counters[COUNTER_UNDELIVERED] += !delivered;
    return true;
}

static bool batch_send(struct batch *batch, struct daemon *daemon, struct fault *fault)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->later[i])
            daemon->later = daemon->queue.first->peer;
        else if (batch->replies[i].at && !reply_send(daemon, &daemon->queue.first->peer, batch->replies[i], fault))
            return false;
        queue_drop_first(&daemon->queue);
    }
    return true;
}

/*
 * There is no room: nothing of this batch was written, so everything in it is answered again without writing. What
 * only reads is answered as ever.
 */
static bool batch_without_writing(struct batch *batch, struct daemon *daemon, struct fault *fault)
{
    struct service *service = &daemon->service;
    if (!service->was_full)
        LOG_EVENT(LOG_ERROR, "journal_full", LOG_TEXT("message", fault->message));
    service_rollback(service);
    service->full = service->was_full = true;
    return batch_answer(batch, daemon, COMMIT_RECORDS_MAX, fault) && service_commit(service, fault);
}

/* Everything that waits, bounded: decided, committed at once, and only then answered. */
static int serve(struct daemon *daemon)
{
    struct service *service = &daemon->service;
    struct batch batch = {.count = 0};
    struct fault fault;
    long long counters[COUNTER_COUNT];
    arena_init(&batch.arena);
    service->full = false;
    memcpy(counters, service->counters, sizeof counters);
    bool done = batch_answer(&batch, daemon, COMMIT_RECORDS_MAX, &fault) && service_commit(service, &fault);
    if (!done && fault.kind == FAULT_FULL) {
        memcpy(service->counters, counters, sizeof counters);
        done = batch_without_writing(&batch, daemon, &fault);
    } else if (done && service->was_full && batch.written) {
        LOG_EVENT(LOG_INFO, "journal_has_room", LOG_NUMBER("records", (long long)batch.count));
        service->was_full = false;
    }
    int code = done ? EXIT_CODE_OK : EXIT_CODE_JOURNAL;
    if (done && !batch_send(&batch, daemon, &fault))
        code = EXIT_CODE_ENDPOINT;
    else if (done && !journal_tidy(service->journal, &fault))
        code = EXIT_CODE_JOURNAL;
    arena_finish(&batch.arena);
    if (code != EXIT_CODE_OK)
        LOG_EVENT(LOG_ERROR, "failed", LOG_TEXT("message", fault.message));
    return code;
}

/* ---- the loop ---- */

/* A client that has too much under way hears so at once; nothing is decided for it. */
static bool answer_busy(struct daemon *daemon, const struct parcel *parcel, struct fault *fault)
{
    struct arena arena;
    struct refusals refusals, unread;
    struct request request = {0};
    bool delivered;
    arena_init(&arena);
    refusals_init(&refusals, &arena);
    refusals_init(&unread, &arena);
    if (parcel->state == PARCEL_WHOLE)
        request_read(&arena, parcel->body, &request, &unread);
    refusals_add_at(&refusals, ERROR_BUSY, NULL, "found %d requests under way, expected fewer: send it again later",
                    CLIENT_REQUESTS_MAX);
    struct text reply = reply_refused(&arena, &request, &refusals);
    bool sent = socket_send(daemon->socket, &parcel->peer, reply, &delivered, fault);
    arena_finish(&arena);
    daemon->service.counters[COUNTER_BUSY]++;
    return sent;
}

/* Takes what waits on the socket, and says how many. Bounded, so that one who never stops sending is not all we see. */
static int take(struct daemon *daemon, size_t *count)
{
    struct fault fault;
    for (*count = 0; *count < QUEUE_REQUESTS_MAX && queue_has_room(&daemon->queue); ++*count) {
        struct parcel *parcel;
        bool received = socket_receive(daemon->socket, &parcel, &fault);
        if (received && !parcel)
            break;
        if (received && queue_add(&daemon->queue, parcel))
            continue;
        received = received && answer_busy(daemon, parcel, &fault);
        parcel_free(parcel);
        if (!received) {
            LOG_EVENT(LOG_ERROR, "failed", LOG_TEXT("message", fault.message));
            return EXIT_CODE_ENDPOINT;
        }
    }
    return EXIT_CODE_OK;
}

static void state_enter(struct daemon *daemon, enum daemon_state state)
{
    daemon->state = state;
    daemon->service.draining = state == DAEMON_DRAINING;
    LOG_EVENT(LOG_INFO, daemon_state_names[state], LOG_NUMBER("waiting", (long long)daemon->queue.count));
}

/* A slice of the backup that is being made, between commits. */
static int backup_slice(struct daemon *daemon, bool give_up)
{
    struct arena arena;
    struct text reply = {0};
    struct fault fault;
    int code = EXIT_CODE_OK;
    arena_init(&arena);
    if (give_up)
        reply = backup_give_up(&daemon->service, &arena);
    else if (!backup_turn(&daemon->service, &arena, &reply, &fault))
        code = EXIT_CODE_JOURNAL;
    if (code == EXIT_CODE_OK && reply.at && !reply_send(daemon, &daemon->later, reply, &fault))
        code = EXIT_CODE_ENDPOINT;
    arena_finish(&arena);
    if (code != EXIT_CODE_OK)
        LOG_EVENT(LOG_ERROR, "failed", LOG_TEXT("message", fault.message));
    return code;
}

/* A finding stops writing: it is said once, and when all was looked at so is that. */
static void tell_check(struct daemon *daemon)
{
    const struct journal *journal = daemon->service.journal;
    struct journal_progress progress = journal_progress(journal);
    const char *damage = journal_damage(journal);
    if (damage && !daemon->damage_told)
        LOG_EVENT(LOG_ERROR, "journal_damaged", LOG_TEXT("message", damage));
    if (progress.over && !daemon->check_told && !damage)
        LOG_EVENT(LOG_INFO, "journal_checked", LOG_NUMBER("records", progress.records));
    daemon->damage_told = damage != NULL;
    daemon->check_told = progress.over;
}

/* Nothing waits: the rest of the journal is checked, a little at a time. */
static int check(struct daemon *daemon)
{
    struct fault fault;
    if (journal_check_step(daemon->service.journal, CHECK_US, &fault))
        return EXIT_CODE_OK;
    LOG_EVENT(LOG_ERROR, "failed", LOG_TEXT("message", fault.message));
    return EXIT_CODE_JOURNAL;
}

/* What the logs have of each day. Without room it waits, as everything does. */
static int day_turn(struct daemon *daemon, int *wait_ms)
{
    struct service *service = &daemon->service;
    struct fault fault;
    if (service_day(service, moment_now(), wait_ms, &fault))
        return EXIT_CODE_OK;
    if (fault.kind != FAULT_FULL || !service->was_full)
        LOG_EVENT(LOG_ERROR, fault.kind == FAULT_FULL ? "journal_full" : "failed", LOG_TEXT("message", fault.message));
    service->was_full = true;
    return fault.kind == FAULT_FULL ? EXIT_CODE_OK : EXIT_CODE_JOURNAL;
}

static int retention_look(struct daemon *daemon)
{
    struct fault fault;
    if (retention_turn(&daemon->service, moment_now(), &fault))
        return EXIT_CODE_OK;
    LOG_EVENT(LOG_ERROR, "failed", LOG_TEXT("message", fault.message));
    return EXIT_CODE_JOURNAL;
}

/* One turn: waits `timeout_ms` at most, hears signals, takes what there is and answers a batch of it. */
static int turn(struct daemon *daemon, int timeout_ms, size_t *count)
{
    struct fault fault;
    bool request, signal;
    int day_ms, code = day_turn(daemon, &day_ms);
    *count = 0;
    if (code == EXIT_CODE_OK && daemon->state == DAEMON_SERVING)
        code = retention_look(daemon);
    if (code != EXIT_CODE_OK || (daemon->service.replace && daemon->state == DAEMON_SERVING))
        return code;
    if (timeout_ms < 0 || timeout_ms > day_ms)
        timeout_ms = day_ms;
    if (daemon->service.witnesses && (timeout_ms < 0 || timeout_ms > WITNESSES_SECONDS * 1000))
        timeout_ms = WITNESSES_SECONDS * 1000;
    bool checking = daemon->state == DAEMON_SERVING && !journal_progress(daemon->service.journal).over;
    bool busy = daemon->queue.first || daemon->service.backup.copy || checking ||
                daemon->service.retention.under_way;
    if (!socket_wait(daemon->socket, daemon->signals, busy ? 0 : timeout_ms, &request, &signal, &fault)) {
        LOG_EVENT(LOG_ERROR, "failed", LOG_TEXT("message", fault.message));
        return EXIT_CODE_ENDPOINT;
    }
    if (signal)
        code = daemon_signal(daemon);
    if (code == EXIT_CODE_OK && request)
        code = take(daemon, count);
    if (code == EXIT_CODE_OK && daemon->queue.first)
        code = serve(daemon);
    else if (code == EXIT_CODE_OK && checking)
        code = check(daemon);
    tell_check(daemon);
    if (code == EXIT_CODE_OK)
        witnesses_turn(daemon->service.witnesses, daemon->service.journal, moment_now().second, false);
    if (code == EXIT_CODE_OK && daemon->service.backup.copy)
        code = backup_slice(daemon, daemon->state == DAEMON_DRAINING);
    return code;
}

static int64_t milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/*
 * What has arrived, and what is still on its way, is answered. The endpoint stays bound meanwhile: ZeroMQ ends the
 * connections of an endpoint with it, and their replies would be lost.
 */
static int drain(struct daemon *daemon)
{
    int64_t last = milliseconds() + (daemon->service.replace ? REPLACE_MS_MAX : DRAIN_MS_MAX);
    size_t count = 1;
    int code = EXIT_CODE_OK;
    state_enter(daemon, DAEMON_DRAINING);
    while (code == EXIT_CODE_OK && (count > 0 || daemon->queue.first) && milliseconds() < last)
        code = turn(daemon, DRAIN_QUIET_MS, &count); /* it waits only when nothing is left to answer */
    while (code == EXIT_CODE_OK && daemon->queue.first)
        code = serve(daemon);
    return code;
}

int daemon_run(struct daemon *daemon)
{
    int code = EXIT_CODE_OK;
    size_t count;
    state_enter(daemon, DAEMON_SERVING);
    while (code == EXIT_CODE_OK && !daemon->stop && !daemon->service.replace)
        code = turn(daemon, -1, &count);
    if (code == EXIT_CODE_OK)
        code = drain(daemon);
    state_enter(daemon, DAEMON_STOPPED);
    return code;
}
