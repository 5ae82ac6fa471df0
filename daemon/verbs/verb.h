/*
 * Verbs: what may be asked of the daemon. One file each, and one sorted table that says of each which members it takes,
 * who may ask it, and whether it writes.
 *
 * A verb's function fills in the members of its reply, or adds refusals; it returns false only when the world is wrong.
 * It does not commit: what waits is committed together, and answered after that.
 */
#ifndef VERBS_VERB_H
#define VERBS_VERB_H

#include "audit/replay.h"
#include "audit/witnesses.h"
#include "wire/message.h"

/* Who may ask: a set of these. */
enum role_of_client {
    ROLE_CALLER = 1,
    ROLE_POLICY = 2,
    ROLE_AUDITOR = 4,
    ROLE_PRIVACY = 8,
    ROLE_OPERATOR = 16,
};
#define ROLES_ANY 31u
#define ROLES_ALL_BUT_PRIVACY (ROLES_ANY & ~(unsigned)ROLE_PRIVACY)
extern const char *const client_role_names[5]; /* bit i is name i: "caller", ... */

/* What `status` counts since the start. */
enum counter {
    COUNTER_REQUESTS,
    COUNTER_DECIDED,
    COUNTER_REPEATED, /* the same request again, answered from its record */
    COUNTER_REFUSED,
    COUNTER_BUSY,
    COUNTER_UNAVAILABLE,
    COUNTER_COMMITS,
    COUNTER_RELOADS,
    COUNTER_UNDELIVERED, /* replies to clients that were gone */
    COUNTER_COUNT
};
extern const char *const counter_names[COUNTER_COUNT];

/* The copy that is being made (then `copy` stands), or the last that was: for the same request again. */
struct backup_task {
    struct arena arena;
    struct journal_backup *copy;
    struct request request; /* its id and verb */
    struct text path, outcome;
};

/* The daily look for cases of which the term is over (verbs/retention.c). */
struct retention {
    bool under_way, looked, clock_told;
    char after[40];           /* the record that was looked at last */
    struct date day;          /* when it was done last, when `looked` */
    int64_t again;            /* not before this second */
    long long erased, held;   /* by this look, or the last */
};

/* What verbs work with: as long as the daemon. */
struct service {
    const char *rules_folder;
    bool has_on;
    struct date on; /* `--on`: today, for every request that names no date */
    unsigned roles; /* of the client `local` */
    struct journal *journal;
    struct witnesses *witnesses; /* NULL: none */
    struct edition *edition; /* current */
    /*
     * On a full disk the daemon starts all the same: the record of its start and of its edition then waits here (in the
     * edition's arena) and goes in before the first decision. Absent when it is in the journal.
     */
    struct text unrecorded;
    bool unrecorded_in_batch;   /* it is in the batch that is not committed yet */
    struct edition_cache cache; /* editions of old records */
    struct edition *draft;      /* of the request that is being answered */
    struct backup_task backup;
    struct retention retention;
    struct moment last_known; /* of the journal's newest record before this start; 0: there was none */
    bool replace;               /* something was erased: the process is replaced when what waits was answered */
    bool replaced;              /* it was: this one begins where that one ended */
    bool full;                  /* there was no room: nothing is written while this batch is answered again */
    bool was_full;              /* the last that was to be written found no room */
    bool draining;
    int64_t day_end; /* when the next day begins for which the logs lack what they have of each day */
    struct moment started;
    long long counters[COUNTER_COUNT];
};

/* One request, as long as it takes. */
struct call {
    struct service *service;
    struct arena *arena;
    const struct request *request;
    struct text client;
    struct refusals *refusals;
    struct part parts[4]; /* of the reply */
    size_t parts_count;
    size_t written; /* bytes that go into the journal with the next commit */
    bool later;     /* it is answered when the backup it began is done: there is no reply now */
};

typedef bool verb_function(struct call *call, struct fault *fault);

struct verb {
    const char *name;
    unsigned roles;
    bool alone; /* gets a commit of its own: what came before it is committed first */
    verb_function *run;
    const struct member *members;
    size_t members_count;
};

/* NULL with a refusal that names what there is. */
const struct verb *verb_find(const struct request *request, struct refusals *refusals);
/* May this client ask that? A refusal when not. */
bool verb_allowed(const struct call *call, const struct verb *verb);

/* Records that it was not; what cannot be recorded for want of room is refused all the same. */
bool verb_forbidden(struct call *call, const struct verb *verb, struct fault *fault) MUST_USE;

/* ---- for the verbs' own files ---- */

void call_reply(struct call *call, const char *name, const struct value *value);
void call_reply_text(struct call *call, const char *name, struct text json);
/* Members that were checked already; absent when they are not there. */
struct text call_text(const struct call *call, const char *name);
/* `on`, or `--on`, or today in Amsterdam. */
struct date call_on(const struct call *call);
/* Today, as the daemon sees it. */
struct date service_today(const struct service *service);
/* The region of that name in the current edition; a refusal at `at` when there is none. */
const struct region *call_region(struct call *call, struct text name, const char *at);
/* Appends, after the record of the start when that is not there yet. FAULT_FULL while `service->full`. */
bool call_append(struct call *call, struct record *record, const struct request_key *key, struct fault *fault) MUST_USE;
/* When a request's own members are wrong: what is wrong with its case too, because all is told at once. */
void call_refuse_case(struct call *call, const struct verb *verb);
/* Can a record be shown? A refusal when it was erased or is not as it was written. */
bool call_whole(struct call *call, const struct record *record, const char *at);
/*
 * Personal facts are about to be shown: records who reads what (kind `access`), to be committed before the answer
 * leaves. What cannot be recorded is not shown: FAULT_FULL then. The same request again is not recorded again; its id
 * with another body is refused. `until`: the day on which a copy that leaves is to be destroyed (an export), or absent.
 */
struct access {
    const struct record *records;
    size_t count; /* at least 1 */
    struct text until;
};
bool call_access(struct call *call, const struct access *access, struct fault *fault) MUST_USE;
/* The log that `log` names, or the newest of `region`; a refusal when there is none. */
struct text log_named(struct call *call);
/* `region` in this year: `almere/2026`. */
struct text log_of_region(struct arena *arena, struct text region);
/*
 * For verbs whose whole answer is `outcome`: appends the record, and replies with the outcome and its receipt. Or, for
 * a request that was seen before, replies with what was recorded; then `*done`.
 */
bool call_record(struct call *call, struct record *record, const struct request_key *key, struct fault *fault) MUST_USE;
bool call_repeat(struct call *call, const struct request_key *key, bool *done, struct fault *fault) MUST_USE;
/* What was recorded, under the verb's name, and its receipt. */
bool reply_recorded(struct call *call, const struct record *record, struct fault *fault) MUST_USE;
/* The grounds for which a case is held now. */
bool case_holds(struct call *call, struct text region, struct text case_id, struct text_list *grounds,
                struct fault *fault) MUST_USE;
/* All records of a case, the oldest first, of all logs of its region. */
bool case_records(struct call *call, struct text region, struct text case_id, struct record_list *list,
                  struct fault *fault) MUST_USE;
/*
 * What came of a decision later, as members `replaces`, `replaced_by` and `confirmed` (what the newest confirmation says),
 * where there are any. `cases`: an object that remembers what was found of cases, for the next record.
 */
bool later_tell(struct call *call, const struct record *record, struct value *cases, struct value *object,
                struct fault *fault) MUST_USE;
/* Is it that log, or a year of that region? */
bool log_is_of(struct text log, struct text region);
/* Has it logs, or is it a region that may have some? A refusal when not. */
bool region_is_there(struct call *call, struct text region);
/* `history` of a `log`: its leaves. */
bool history_leaves(struct call *call, struct fault *fault) MUST_USE;
struct value *texts_value(struct arena *arena, struct says says); /* {"nl", "en"} */

/* ---- of the service: editions, and what is recorded of them ---- */

/* Reads, checks and tests the rules of a folder, aside: NULL when anything is wrong with them, and the findings. */
struct edition *edition_stage(const char *folder, struct arena *arena, struct findings *findings);
/* {"loaded", "edition", "findings"}: `edition` was loaded, or refused when it is NULL and `current` goes on. */
struct value *edition_outcome(struct arena *arena, const struct edition *current, const struct edition *edition,
                              const struct findings *findings);
/* Who asks for the rules to be loaded, and the request as the record keeps it. */
struct load_request {
    struct text client, request;
    const struct request_key *key; /* NULL when no client asked */
    struct record *record;         /* gets the record of the installation's log; or NULL */
};
/* Appends what came of a load: the record, and the edition's files when there is one. */
bool edition_record(struct service *service, struct arena *arena, const struct load_request *request,
                    const struct edition *edition, const struct value *outcome, struct fault *fault) MUST_USE;
/* The same in the log of each region that it changes since the manifest of the edition before (absent: there is none). */
bool edition_record_regions(struct service *service, struct arena *arena, const struct load_request *request,
                            struct text before, const struct edition *edition, struct fault *fault) MUST_USE;
/* The manifest of the edition that was current when the daemon ended; absent at the first start. */
bool edition_before(struct service *service, struct arena *arena, struct text *manifest, struct fault *fault) MUST_USE;
/* Appends the records of the start, once. */
bool service_record_start(struct service *service, struct arena *arena, struct fault *fault) MUST_USE;
/* What each log's signatures are verified with: of all logs, and of those that the regions will begin this year. */
struct text_list service_vkeys(const struct service *service, struct arena *arena);
/*
 * What the logs lack of today (journal_day), once a day; durable when it returns. FAULT_FULL: later again. `*wait_ms`:
 * until it is to be asked again.
 */
bool service_day(struct service *service, struct moment now, int *wait_ms, struct fault *fault) MUST_USE;
bool service_commit(struct service *service, struct fault *fault) MUST_USE;
void service_rollback(struct service *service);
/*
 * From files to the current edition: stages the rules, records what came of it, and only then makes them current. It
 * stands in daemon.c, where the two columns of the flow can be read below each other.
 */
bool service_load(struct service *service, struct arena *arena, const struct load_request *request,
                  struct findings *findings, struct value **outcome, struct fault *fault) MUST_USE;

/* ---- of a backup that is being made ---- */

/* The next slice; a reply to who asked when that was the last, or when it failed. False when the journal failed. */
bool backup_turn(struct service *service, struct arena *arena, struct text *reply, struct fault *fault) MUST_USE;
/* Instead: it is not made. The reply to who asked. */
struct text backup_give_up(struct service *service, struct arena *arena);
void backup_finish(struct backup_task *task);

/* ---- of erasing ---- */

/* The next page of the daily look; nothing when it was done. After a full disk it is tried again later. */
bool retention_turn(struct service *service, struct moment now, struct fault *fault) MUST_USE;
/* The day from which a case is erased for its term, and the term; false when there is none. */
bool case_retention(const struct service *service, struct text region, const struct record_list *records,
                    struct date *end, const struct retention_term **by);
/* {"records": [{"log", "index"}], "ground", "order", "exports"}: what an erasure is of, without the case. */
bool erasure_outcome(struct call *call, const struct record_list *records, struct text ground, struct text order,
                     struct value **outcome, struct fault *fault) MUST_USE;

/* ---- the verbs ---- */

bool verb_backup(struct call *call, struct fault *fault);
bool verb_checkpoint(struct call *call, struct fault *fault);
bool verb_confirm(struct call *call, struct fault *fault);
bool verb_covenants(struct call *call, struct fault *fault);
bool verb_decide(struct call *call, struct fault *fault);
bool verb_erase(struct call *call, struct fault *fault);
bool verb_export(struct call *call, struct fault *fault);
bool verb_history(struct call *call, struct fault *fault);
bool verb_hold(struct call *call, struct fault *fault);
bool verb_prove(struct call *call, struct fault *fault);
bool verb_record(struct call *call, struct fault *fault);
bool verb_reload(struct call *call, struct fault *fault);
bool verb_replay(struct call *call, struct fault *fault);
bool verb_simulate(struct call *call, struct fault *fault);
bool verb_status(struct call *call, struct fault *fault);
bool verb_vocabulary(struct call *call, struct fault *fault);

#endif
