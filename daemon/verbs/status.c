/* `status`: is it well, and what has it done. */
#include "verbs/verb.h"

bool verb_status(struct call *call, struct fault *fault)
{
    const struct service *service = call->service;
    struct arena *arena = call->arena;
    struct value *status = value_object(arena), *reasons = value_list(arena), *counters = value_object(arena);
    if (service->unrecorded.at)
        value_append(arena, reasons, value_string(arena, "the journal had no room when the daemon started"));
    if (service->was_full)
        value_append(arena, reasons, value_string(arena, "the journal had no room when it was last written: the next decision tries again"));
    const char *damage = journal_damage(service->journal);
    if (damage)
        value_append(arena, reasons, value_string(arena, damage));
    if (service->draining)
        value_append(arena, reasons,
                     value_string(arena, service->replace ? "the daemon begins anew, so that no memory holds what was erased"
                                                          : "the daemon is stopping"));
    for (size_t i = 0; i < COUNTER_COUNT; i++)
        value_set(arena, counters, counter_names[i], value_integer(arena, service->counters[i]));
    long long uptime = moment_now().second - service->started.second;
    value_set(arena, status, "ready", value_boolean(arena, reasons->count == 0));
    value_set(arena, status, "reasons", reasons);
    value_set(arena, status, "version", value_string(arena, ENGINE_VERSION));
    value_set(arena, status, "edition", value_text(arena, service->edition->digest));
    value_set(arena, status, "uptime_s", value_integer(arena, uptime > 0 ? uptime : 0));
    value_set(arena, status, "counters", counters);
    if (service->retention.looked) {
        struct value *retention = value_object(arena);
        value_set(arena, retention, "looked", value_date(arena, service->retention.day));
        value_set(arena, retention, "held", value_integer(arena, service->retention.held));
        value_set(arena, status, "retention", retention);
    }
    struct text_list keys = service_vkeys(service, arena);
    struct value *vkeys = value_list(arena);
    for (size_t i = 0; i < keys.count; i++)
        value_append(arena, vkeys, value_text(arena, keys.items[i]));
    value_set(arena, status, "vkeys", vkeys);
    struct former_key *former;
    size_t count;
    if (!journal_former_keys(service->journal, arena, &former, &count, fault))
        return false;
    struct value *before = value_list(arena);
    for (size_t i = 0; i < count; i++) {
        struct value *key = value_object(arena);
        value_set(arena, key, "vkey", value_text(arena, former[i].vkey));
        value_set(arena, key, "log", value_text(arena, former[i].log));
        value_set(arena, key, "size", value_integer(arena, former[i].size));
        value_set(arena, key, "until", value_text(arena, former[i].until));
        value_append(arena, before, key);
    }
    if (count)
        value_set(arena, status, "former_vkeys", before);
    struct journal_progress progress = journal_progress(service->journal);
    struct value *checked = value_object(arena);
    value_set(arena, checked, "records", value_integer(arena, progress.records));
    value_set(arena, checked, "of", value_integer(arena, progress.total));
    value_set(arena, checked, "over", value_boolean(arena, progress.over));
    value_set(arena, status, "checked", checked);
    call_reply(call, "status", status);
    return true;
}
