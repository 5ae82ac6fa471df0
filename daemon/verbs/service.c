/* What the service records of itself: that it started, and which editions it was given. */
#include "verbs/verb.h"

#include "base/json.h"

struct edition *edition_stage(const char *folder, struct arena *arena, struct findings *findings)
{
    struct file_set files = {0};
    struct fault fault;
    struct edition *edition = NULL;
    if (!files_read(arena, folder, &files, findings, &fault))
        findings_add(findings, SEVERITY_ERROR, "unreadable", (struct place){0}, 1, "%s", fault.message);
    else if (findings->errors == 0)
        edition = edition_load(&files, true, findings);
    findings_sort(findings);
    return edition;
}

static struct value *finding_value(struct arena *arena, const struct finding *finding)
{
    struct value *object = value_object(arena);
    struct text file = finding->place.file ? finding->place.file->path : TEXT("");
    value_set(arena, object, "file", value_text(arena, text_copy(arena, file)));
    value_set(arena, object, "line", value_integer(arena, (long long)finding->place.line));
    value_set(arena, object, "column", value_integer(arena, (long long)finding->place.column));
    value_set(arena, object, "code", value_string(arena, finding->code));
    value_set(arena, object, "message", value_text(arena, finding->message));
    value_set(arena, object, "source", value_text(arena, place_source(arena, finding->place)));
    return object;
}

struct value *edition_outcome(struct arena *arena, const struct edition *current, const struct edition *edition,
                              const struct findings *findings)
{
    struct value *outcome = value_object(arena), *list = value_list(arena);
    const struct edition *named = edition ? edition : current;
    for (size_t i = 0; i < findings->count; i++)
        value_append(arena, list, finding_value(arena, &findings->items[i]));
    value_set(arena, outcome, "loaded", value_boolean(arena, edition != NULL));
    if (named)
        value_set(arena, outcome, "edition", value_text(arena, text_copy(arena, named->digest)));
    value_set(arena, outcome, "findings", list);
    return outcome;
}

bool edition_record(struct service *service, struct arena *arena, const struct load_request *request,
                    const struct edition *edition, const struct value *outcome, struct fault *fault)
{
    if (journal_damage(service->journal)) {
        service->full = true;
        return fault_set(fault, FAULT_FULL, "nothing is written: %.340s", journal_damage(service->journal));
    }
    if (service->full)
        return fault_set(fault, FAULT_FULL, "there is no room on the disk for the journal");
    if (service->unrecorded.at && !service_record_start(service, arena, fault))
        return false;
    const struct edition *named = edition ? edition : service->edition;
    struct record record = {
        .log = TEXT("daemon"),
        .kind = RECORD_EDITION,
        .client = request->client,
        .edition = named ? named->digest : TEXT(""),
        .request = request->request,
        .decision = json_write(arena, outcome),
    };
    return journal_append(service->journal, arena, &record, request->key, fault) &&
           (!edition ||
            journal_store_edition(service->journal, edition->digest, edition->manifest, &edition->files, fault));
}

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
    loaded.kind = RECORD_EDITION;
    loaded.decision = service->unrecorded;
    service->unrecorded_in_batch =
        journal_append(service->journal, arena, &restart, NULL, fault) &&
        (service->replaced || journal_append(service->journal, arena, &loaded, NULL, fault)) &&
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
