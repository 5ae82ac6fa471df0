#include "verbs/verb.h"

#include "base/json.h"
#include "base/limits.h"

#include <assert.h>

const char *const client_role_names[] = {"caller", "policy", "auditor", "privacy", "operator"};

const char *const counter_names[COUNTER_COUNT] = {
    [COUNTER_REQUESTS] = "requests",
    [COUNTER_DECIDED] = "decided",
    [COUNTER_REPEATED] = "repeated",
    [COUNTER_REFUSED] = "refused",
    [COUNTER_BUSY] = "busy",
    [COUNTER_UNAVAILABLE] = "unavailable",
    [COUNTER_COMMITS] = "commits",
    [COUNTER_RELOADS] = "reloads",
    [COUNTER_UNDELIVERED] = "undelivered",
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- the table: to add a verb, add its members, its line, and its file ---- */

static const struct member backup_members[] = {{"path", MEMBER_TEXT, true}};
static const struct member checkpoint_members[] = {{"log", MEMBER_TEXT, false}, {"region", MEMBER_TEXT, false}};
static const struct member confirm_members[] = {
    {"decision", MEMBER_ID, true},
    {"by", MEMBER_ID, true},
    {"outcome", MEMBER_TEXT, true},
    {"reason", MEMBER_TEXT, false},
};
static const struct member covenants_members[] = {{"region", MEMBER_TEXT, false}, {"on", MEMBER_DATE, false}};
static const struct member decide_members[] = {
    {"case", MEMBER_OBJECT, true},   {"on", MEMBER_DATE, false},    {"questions", MEMBER_LATER, false},
    {"trace", MEMBER_LATER, false},  {"flip", MEMBER_LATER, false}, {"for", MEMBER_LATER, false},
    {"replaces", MEMBER_ID, false},
};
static const struct member erase_members[] = {
    {"case", MEMBER_ID, true},   {"region", MEMBER_TEXT, true},   {"ground", MEMBER_ID, true},
    {"order", MEMBER_ID, false}, {"dry_run", MEMBER_LATER, false},
};
static const struct member export_members[] = {
    {"log", MEMBER_TEXT, false},  {"from", MEMBER_COUNT, false}, {"limit", MEMBER_COUNT, false},
    {"key", MEMBER_TEXT, false},  {"until", MEMBER_DATE, false}, {"edition", MEMBER_TEXT, false},
};
static const struct member hold_members[] = {
    {"case", MEMBER_ID, true},
    {"region", MEMBER_TEXT, true},
    {"ground", MEMBER_ID, true},
    {"release", MEMBER_LATER, false},
};
static const struct member history_members[] = {
    {"case", MEMBER_ID, false},
    {"region", MEMBER_TEXT, false},
    {"after", MEMBER_ID, false},
    {"only", MEMBER_TEXT, false},
    {"limit", MEMBER_COUNT, false},
    {"log", MEMBER_TEXT, false},
    {"from", MEMBER_COUNT, false},
};
static const struct member prove_members[] = {
    {"decision", MEMBER_ID, false}, {"log", MEMBER_TEXT, false},   {"region", MEMBER_TEXT, false},
    {"from", MEMBER_COUNT, false},  {"to", MEMBER_COUNT, false},
};
static const struct member record_members[] = {{"decision", MEMBER_ID, true}};
static const struct member replay_members[] = {
    {"decision", MEMBER_ID, false}, {"region", MEMBER_TEXT, false}, {"from", MEMBER_COUNT, false},
    {"to", MEMBER_COUNT, false},    {"since", MEMBER_TIME, false},  {"until", MEMBER_TIME, false},
};
static const struct member simulate_members[] = {
    {"case", MEMBER_OBJECT, true},  {"on", MEMBER_DATE, false},    {"questions", MEMBER_LATER, false},
    {"trace", MEMBER_LATER, false}, {"flip", MEMBER_LATER, false}, {"for", MEMBER_LATER, false},
    {"rules", MEMBER_OBJECT, false},
};
static const struct member vocabulary_members[] = {{"region", MEMBER_TEXT, true}, {"on", MEMBER_DATE, false}};

static const struct verb verbs[] = {
    {"backup", ROLE_OPERATOR, true, verb_backup, backup_members, COUNT(backup_members)},
    {"checkpoint", ROLES_ANY, false, verb_checkpoint, checkpoint_members, COUNT(checkpoint_members)},
    {"confirm", ROLE_CALLER, false, verb_confirm, confirm_members, COUNT(confirm_members)},
    {"covenants", ROLES_ANY, false, verb_covenants, covenants_members, COUNT(covenants_members)},
    {"decide", ROLE_CALLER, false, verb_decide, decide_members, COUNT(decide_members)},
    {"erase", ROLE_PRIVACY, true, verb_erase, erase_members, COUNT(erase_members)},
    {"export", ROLE_AUDITOR, false, verb_export, export_members, COUNT(export_members)},
    {"history", ROLE_AUDITOR | ROLE_CALLER, false, verb_history, history_members, COUNT(history_members)},
    {"hold", ROLE_PRIVACY, false, verb_hold, hold_members, COUNT(hold_members)},
    {"prove", ROLE_AUDITOR, false, verb_prove, prove_members, COUNT(prove_members)},
    {"record", ROLE_AUDITOR, false, verb_record, record_members, COUNT(record_members)},
    {"reload", ROLE_OPERATOR, true, verb_reload, NULL, 0},
    {"replay", ROLE_AUDITOR, false, verb_replay, replay_members, COUNT(replay_members)},
    {"simulate", ROLE_POLICY, false, verb_simulate, simulate_members, COUNT(simulate_members)},
    {"status", ROLES_ANY, false, verb_status, NULL, 0},
    {"vocabulary", ROLES_ANY, false, verb_vocabulary, vocabulary_members, COUNT(vocabulary_members)},
};

const struct verb *verb_find(const struct request *request, struct refusals *refusals)
{
    struct text names[COUNT(verbs)];
    struct buffer list;
    for (size_t i = 0; i < COUNT(verbs); i++) {
        if (text_is(request->verb, verbs[i].name))
            return &verbs[i];
        names[i] = text_of(verbs[i].name);
    }
    buffer_init(&list, refusals->arena);
    for (size_t i = 0; i < COUNT(verbs); i++)
        buffer_format(&list, "%s`%s`", i ? ", " : "", verbs[i].name);
    struct text nearest = text_nearest(request->verb, names, COUNT(verbs));
    struct text shown = text_shown(refusals->arena, request->verb);
    if (nearest.at)
        refusals_add_at(refusals, ERROR_UNKNOWN_VERB, "/verb", "found `%.*s`, did you mean `%.*s`? There are %.*s",
                        TEXT_ARGS(shown), TEXT_ARGS(nearest), TEXT_ARGS(buffer_text(&list)));
    else
        refusals_add_at(refusals, ERROR_UNKNOWN_VERB, "/verb", "found `%.*s`, expected one of %.*s", TEXT_ARGS(shown),
                        TEXT_ARGS(buffer_text(&list)));
    return NULL;
}

bool verb_allowed(const struct call *call, const struct verb *verb)
{
    if (call->service->roles & verb->roles)
        return true;
    struct buffer needed;
    buffer_init(&needed, call->arena);
    for (size_t i = 0; i < COUNT(client_role_names); i++)
        if (verb->roles & 1u << i)
            buffer_format(&needed, "%s`%s`", needed.length ? " or " : "", client_role_names[i]);
    refusals_add_at(call->refusals, ERROR_FORBIDDEN, "/verb", "`%s` needs the role %.*s, which client `%.*s` does not have",
                    verb->name, TEXT_ARGS(buffer_text(&needed)), TEXT_ARGS(call->client));
    return false;
}

/* ---- for the verbs' own files ---- */

void call_reply_text(struct call *call, const char *name, struct text json)
{
    assert(call->parts_count < COUNT(call->parts));
    call->parts[call->parts_count++] = (struct part){name, json};
}

void call_reply(struct call *call, const char *name, const struct value *value)
{
    call_reply_text(call, name, json_write(call->arena, value));
}

struct text call_text(const struct call *call, const char *name)
{
    const struct value *value = value_get(call->request->root, name);
    return value && value->kind == VALUE_TEXT ? value->text : (struct text){0};
}

struct date service_today(const struct service *service)
{
    return service->has_on ? service->on : moment_date(moment_now());
}

struct date call_on(const struct call *call)
{
    struct date date;
    struct text on = call_text(call, "on");
    return on.at && date_parse(on, &date) ? date : service_today(call->service);
}

const struct region *call_region(struct call *call, struct text name, const char *at)
{
    const struct rules *rules = call->service->edition->rules;
    const struct region *region = rules_region(rules, name);
    if (region)
        return region;
    struct text *names = ARENA_ARRAY(call->arena, rules->regions_count, struct text);
    struct buffer list;
    buffer_init(&list, call->arena);
    for (size_t i = 0; i < rules->regions_count; i++) {
        names[i] = rules->regions[i]->name;
        buffer_format(&list, "%s`%.*s`", i ? ", " : "", TEXT_ARGS(names[i]));
    }
    struct text nearest = text_nearest(name, names, rules->regions_count);
    struct text shown = text_shown(call->arena, name);
    if (nearest.at)
        refusals_add_at(call->refusals, ERROR_UNKNOWN_REGION, at, "found region `%.*s`, did you mean `%.*s`?",
                        TEXT_ARGS(shown), TEXT_ARGS(nearest));
    else
        refusals_add_at(call->refusals, ERROR_UNKNOWN_REGION, at, "found region `%.*s`, expected one of %.*s",
                        TEXT_ARGS(shown), TEXT_ARGS(buffer_text(&list)));
    return NULL;
}

bool call_append(struct call *call, struct record *record, const struct request_key *key, struct fault *fault)
{
    struct service *service = call->service;
    if (journal_damage(service->journal)) {
        service->full = true;
        return fault_set(fault, FAULT_FULL, "nothing is written: %.340s", journal_damage(service->journal));
    }
    if (service->full)
        return fault_set(fault, FAULT_FULL, "there is no room on the disk for the journal");
    if (service->unrecorded.at && !service_record_start(service, call->arena, fault))
        return false;
    call->written += record->request.length + record->decision.length;
    return journal_append(service->journal, call->arena, record, key, fault);
}

bool call_whole(struct call *call, const struct record *record, const char *at)
{
    if (record->state == RECORD_ERASED)
        refusals_add_at(call->refusals, ERROR_ERASED, at, "the case of record `%.*s` was erased",
                        TEXT_ARGS(record->id));
    else if (record->state == RECORD_DAMAGED)
        refusals_add_at(call->refusals, ERROR_INTERNAL, at,
                        "record %lld of log `%.*s` is not as it was written: nothing of it is shown", record->index,
                        TEXT_ARGS(record->log));
    return record->state == RECORD_WHOLE;
}

struct value *texts_value(struct arena *arena, struct says says)
{
    struct value *object = value_object(arena);
    if (says.nl.at)
        value_set(arena, object, "nl", value_text(arena, says.nl));
    if (says.en.at)
        value_set(arena, object, "en", value_text(arena, says.en));
    return object;
}
