/*
 * Editions: from a folder to one, aside; and what is recorded of a load. The installation's log tells of each load; a
 * region's log of those that change what is decided there, or that were refused for its files.
 *
 *     region's record: {"region", "state": "loaded" | "refused" | "retired", "edition", "findings"}; about: {"state"}
 */
#include "verbs/verb.h"

#include "base/json.h"

#include <string.h>

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

/* ---- which regions a load changes ---- */

/* `almere` of `almere/2022/covenant.yaml`; absent of a file that all regions share. */
static struct text region_of_file(struct text path)
{
    const char *slash = path.length ? memchr(path.at, '/', path.length) : NULL;
    struct text folder = {path.at, slash ? (size_t)(slash - path.at) : 0};
    return slash && !text_is(folder, "national") ? folder : (struct text){0};
}

/* Is there a file of that region, or one shared by all (`region` absent), that `other` does not have as it is here? */
static bool files_differ(const struct value *files, const struct value *other, struct text region)
{
    for (size_t i = 0; files && i < files->count; i++) {
        struct text of = region_of_file(files->names[i]);
        const struct value *same = value_get_text(other, files->names[i]);
        bool asked = region.at ? of.at && text_equal(of, region) : !of.at;
        if (asked && (!same || !text_equal(same->text, files->items[i]->text)))
            return true;
    }
    return false;
}

static bool member_differs(const struct value *before, const struct value *after, const char *name)
{
    const struct value *a = value_get(before, name), *b = value_get(after, name);
    return !a || !b || !text_equal(a->text, b->text);
}

/* Does all that was decided by `before` have to be decided anew: another engine, or files that all regions share? */
static bool all_changed(const struct value *before, const struct value *after)
{
    const struct value *was = value_get(before, "files"), *is = value_get(after, "files");
    struct text shared = {0};
    return member_differs(before, after, "engine") || member_differs(before, after, "lua") ||
           files_differ(was, is, shared) || files_differ(is, was, shared);
}

static void add_regions(struct arena *arena, struct text_list *regions, const struct value *files)
{
    for (size_t i = 0; files && i < files->count; i++) {
        struct text region = region_of_file(files->names[i]);
        if (region.at)
            text_list_add_sorted(arena, regions, region);
    }
}

static bool has_region(const struct value *files, struct text region)
{
    for (size_t i = 0; files && i < files->count; i++) {
        struct text of = region_of_file(files->names[i]);
        if (of.at && text_equal(of, region))
            return true;
    }
    return false;
}

/* ---- what is recorded of it ---- */

static bool append_of_region(struct service *service, struct arena *arena, const struct load_request *request,
                             struct text region, const char *state, struct text edition, const struct value *findings,
                             struct fault *fault)
{
    struct value *holds = value_object(arena), *about = value_object(arena);
    value_set(arena, about, "state", value_string(arena, state));
    value_set(arena, holds, "region", value_text(arena, region));
    value_set(arena, holds, "state", value_string(arena, state));
    if (edition.length)
        value_set(arena, holds, "edition", value_text(arena, edition));
    if (findings)
        value_set(arena, holds, "findings", value_copy(arena, findings));
    struct record record = {
        .log = log_of_region(arena, region),
        .kind = RECORD_EDITION,
        .client = request->client,
        .edition = edition,
        .request = request->request,
        .decision = json_write(arena, holds),
        .about = about,
    };
    return journal_append(service->journal, arena, &record, NULL, fault);
}

bool edition_record_regions(struct service *service, struct arena *arena, const struct load_request *request,
                            struct text before, const struct edition *edition, struct fault *fault)
{
    struct json_error error;
    const struct value *was = before.at ? json_read(arena, before, &error) : NULL;
    const struct value *is = json_read(arena, edition->manifest, &error);
    const struct value *files_before = value_get(was, "files"), *files = value_get(is, "files");
    bool all = all_changed(was, is);
    struct text_list regions = {0};
    add_regions(arena, &regions, files_before);
    add_regions(arena, &regions, files);
    for (size_t i = 0; i < regions.count; i++) {
        struct text region = regions.items[i];
        bool there = has_region(files, region);
        if (there && !all && !files_differ(files_before, files, region) && !files_differ(files, files_before, region))
            continue;
        if (!append_of_region(service, arena, request, region, there ? "loaded" : "retired", edition->digest, NULL, fault))
            return false;
    }
    return true;
}

/* In the log of each region that has one, when a finding names a file of it: with the findings of its files. */
static bool record_refused(struct service *service, struct arena *arena, const struct load_request *request,
                           const struct value *outcome, struct fault *fault)
{
    const struct value *findings = value_get(outcome, "findings");
    struct value *by_region = value_object(arena);
    for (size_t i = 0; i < findings->count; i++) {
        struct text region = region_of_file(value_get(findings->items[i], "file")->text);
        struct value *list = region.at ? value_get_text(by_region, region) : NULL;
        if (region.at && !list)
            value_set_text(arena, by_region, region, list = value_list(arena));
        if (list)
            value_append(arena, list, value_copy(arena, findings->items[i]));
    }
    size_t count;
    const struct log_size *logs = journal_logs(service->journal, arena, &count);
    for (size_t i = 0; i < by_region->count; i++) {
        bool known = false;
        const char *prefix = text_string(arena, text_format(arena, "%.*s/", TEXT_ARGS(by_region->names[i])));
        for (size_t j = 0; j < count; j++)
            known = known || text_starts_with(logs[j].log, prefix);
        struct text edition = service->edition ? service->edition->digest : TEXT("");
        if (known && !append_of_region(service, arena, request, by_region->names[i], "refused", edition,
                                       by_region->items[i], fault))
            return false;
    }
    return true;
}

/* Files of the rules are small and many records hold none: how many are looked at together, from the end. */
#define LOOKED_AT ((long long)64)

/* The digest of the edition that was current when the daemon ended; absent at the first start. */
static bool edition_recorded(struct service *service, struct arena *arena, struct text *digest, struct fault *fault)
{
    size_t count;
    long long size = 0;
    const struct log_size *logs = journal_logs(service->journal, arena, &count);
    for (size_t i = 0; i < count; i++)
        if (text_is(logs[i].log, "daemon"))
            size = logs[i].size;
    *digest = (struct text){0};
    for (long long end = size; end > 0 && !digest->at; end -= LOOKED_AT) {
        struct record_list list;
        struct record_query query = {.log = TEXT("daemon"), .from = end > LOOKED_AT ? end - LOOKED_AT : 0};
        query.limit = (size_t)(end - query.from);
        if (!journal_find(service->journal, arena, &query, &list, fault))
            return false;
        for (size_t i = list.count; i-- > 0 && !digest->at;)
            if (list.items[i].kind == RECORD_EDITION && list.items[i].state == RECORD_WHOLE && list.items[i].edition.length)
                *digest = list.items[i].edition;
    }
    return true;
}

bool edition_before(struct service *service, struct arena *arena, struct text *manifest, struct fault *fault)
{
    struct text digest;
    struct file_set files;
    *manifest = (struct text){0};
    if (!edition_recorded(service, arena, &digest, fault))
        return false;
    if (!digest.at || journal_edition_files(service->journal, arena, digest, manifest, &files, fault))
        return true;
    *manifest = (struct text){0}; /* it is not there as it was: then each region is told */
    return fault->kind == FAULT_ABSENT;
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
    if (!journal_append(service->journal, arena, &record, request->key, fault))
        return false;
    if (request->record)
        *request->record = record;
    if (!edition)
        return record_refused(service, arena, request, outcome, fault);
    struct text before = service->edition ? service->edition->manifest : (struct text){0};
    return edition_record_regions(service, arena, request, before, edition, fault) &&
           journal_store_edition(service->journal, edition->digest, edition->manifest, &edition->files, fault);
}
