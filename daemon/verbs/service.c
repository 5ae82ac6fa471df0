/* What the service records of itself: that it started, and each day; and how what was recorded is committed. */
#include "verbs/verb.h"

#include "base/json.h"

bool service_record_start(struct service *service, struct arena *arena, struct fault *fault)
{
    if (service->unrecorded_in_batch)
        return true;
    const struct edition *edition = service->edition;
    struct record restart = {
        .log = TEXT("daemon"),
        .kind = RECORD_RESTART,
        .client = TEXT("daemon"),
        .edition = edition->digest,
        .request = service->replaced ? TEXT("{\"cause\":\"erasure\"}") : TEXT("{\"cause\":\"start\"}"),
        .decision = TEXT("{\"version\":\"" ENGINE_VERSION "\"}"),
    };
    struct record loaded = restart;
    struct load_request request = {.client = TEXT("daemon"), .request = restart.request};
    struct text before;
    loaded.kind = RECORD_EDITION;
    loaded.decision = service->unrecorded;
    if (!service->replaced && !edition_before(service, arena, &before, fault))
        return false;
    service->unrecorded_in_batch =
        journal_append(service->journal, arena, &restart, NULL, fault) &&
        (service->replaced || (journal_append(service->journal, arena, &loaded, NULL, fault) &&
                               edition_record_regions(service, arena, &request, before, edition, fault))) &&
        journal_store_edition(service->journal, edition->digest, edition->manifest, &edition->files, fault);
    return service->unrecorded_in_batch;
}

struct text_list service_vkeys(const struct service *service, struct arena *arena)
{
    struct text_list logs = {0}, keys = {0};
    size_t count;
    int year, month, day;
    const struct log_size *sizes = journal_logs(service->journal, arena, &count);
    date_parts(moment_date(moment_now()), &year, &month, &day);
    text_list_add_sorted(arena, &logs, TEXT("daemon"));
    for (size_t i = 0; i < count; i++)
        text_list_add_sorted(arena, &logs, sizes[i].log);
    const struct rules *rules = service->edition->rules;
    for (size_t i = 0; i < rules->regions_count; i++)
        text_list_add_sorted(arena, &logs,
                             text_format(arena, "%.*s/%d", TEXT_ARGS(rules->regions[i]->name), year));
    for (size_t i = 0; i < logs.count; i++)
        text_list_add(arena, &keys, journal_vkey(service->journal, arena, logs.items[i]));
    return keys;
}

/* The clock may be set meanwhile: it is looked at so often all the same, in milliseconds. */
#define DAY_LOOK_MS 60000

bool service_day(struct service *service, struct moment now, int *wait_ms, struct fault *fault)
{
    struct moment end = date_end(moment_date(now));
    *wait_ms = end.second - now.second < DAY_LOOK_MS / 1000 ? (int)(end.second - now.second) * 1000 : DAY_LOOK_MS;
    if (now.second < service->day_end || journal_damage(service->journal))
        return true;
    if (!journal_day(service->journal, now, fault) || !service_commit(service, fault)) {
        service_rollback(service);
        return false;
    }
    service->day_end = end.second;
    return journal_tidy(service->journal, fault);
}

bool service_commit(struct service *service, struct fault *fault)
{
    if (!journal_has_batch(service->journal))
        return true;
    if (!journal_commit(service->journal, fault))
        return false;
    if (service->unrecorded_in_batch)
        service->unrecorded = (struct text){0};
    service->unrecorded_in_batch = false;
    service->counters[COUNTER_COMMITS]++;
    return true;
}

void service_rollback(struct service *service)
{
    journal_rollback(service->journal);
    service->unrecorded_in_batch = false;
}
