#include "audit_opened.h"

#include "audit/contents.h"
#include "base/base64.h"
#include "base/json.h"
#include "show.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *path_in(struct arena *arena, const char *folder, const char *name)
{
    return text_string(arena, text_format(arena, "%s/%s", folder, name));
}

bool opened_is(struct arena *arena, const char *folder)
{
    return access(path_in(arena, folder, "records.jsonl"), F_OK) == 0;
}

bool opened_begin(struct opened_reading *reading, struct arena *arena, const char *folder, uint64_t size,
                  struct fault *fault)
{
    const char *path = path_in(arena, folder, "records.jsonl");
    *reading = (struct opened_reading){.folder = folder, .file = fopen(path, "r")};
    if (!reading->file)
        return fault_set(fault, FAULT_ABSENT, "cannot read `%s`: %s", path, strerror(errno));
    leaves_open(&reading->leaves, folder, size);
    return true;
}

void opened_end(struct opened_reading *reading)
{
    if (reading->file)
        fclose(reading->file);
    free(reading->line);
    leaves_close(&reading->leaves);
}

static enum record_kind kind_of(struct text name)
{
    size_t kind = 0;
    while (kind + 1 < RECORD_KIND_COUNT && !text_is(name, record_kind_names[kind]))
        kind++;
    return (enum record_kind)kind;
}

/* The bytes of a member, as they were recorded: canonical JSON is written in one way only. */
static struct text raw(struct arena *arena, const struct value *line, const char *name)
{
    const struct value *member = value_get(line, name);
    return member ? json_write(arena, member) : (struct text){0};
}

/* What lies there, against `contents` of the leaf: the root over its salted entries. */
static bool contents_hold(struct arena *arena, const struct value *line, const struct opened_record *opened)
{
    struct content content = {opened->record.request, opened->record.decision, raw(arena, line, "trail")};
    unsigned char seed[SECRET_BYTES];
    struct contents contents;
    if (!opened->leaf.has_contents || !base64_read_into(member_text(line, "seed"), seed, sizeof seed))
        return false;
    contents_init(&contents, arena, &content, value_get(line, "request"), seed);
    bool good = digest_equal(contents_root(&contents), opened->leaf.contents);
    contents_finish(&contents);
    secret_wipe(seed, sizeof seed);
    return good;
}

static void judge(struct arena *arena, const struct value *line, struct opened_record *opened)
{
    struct record *record = &opened->record;
    const struct value *index = value_get(line, "index");
    bool erased = member_holds(line, "erased");
    if (!line)
        opened->problem = TEXT("what it holds is no JSON, or is not there");
    else if (!index || index->integer != record->index || !text_equal(member_text(line, "id"), record->id))
        opened->problem = TEXT("what stands in its place belongs to another record");
    else if (erased)
        record->state = RECORD_ERASED;
    else if (!contents_hold(arena, line, opened))
        opened->problem = TEXT("what it holds is not what its leaf speaks of");
    else
        record->state = RECORD_WHOLE;
}

bool opened_next(struct opened_reading *reading, struct arena *arena, struct opened_record *opened,
                 struct fault *fault)
{
    struct text leaf, problem;
    struct json_error error;
    *opened = (struct opened_record){.record.state = RECORD_DAMAGED};
    struct record *record = &opened->record;
    record->index = (long long)reading->leaves.index;
    if (!leaves_next(&reading->leaves, &leaf, fault))
        return false;
    ssize_t length = getline(&reading->line, &reading->capacity, reading->file);
    struct text bytes = {reading->line, length > 0 ? (size_t)length : 0};
    const struct value *line = length > 0 ? json_read(arena, text_trim(bytes), &error) : NULL;
    record->leaf = text_copy(arena, leaf);
    if (!leaf_read(arena, record->leaf, &opened->leaf, &problem)) {
        opened->problem = problem;
        return true;
    }
    record->id = opened->leaf.id;
    record->log = opened->leaf.log;
    record->time = opened->leaf.time;
    record->client = opened->leaf.client;
    record->edition = opened->leaf.edition;
    record->kind = kind_of(opened->leaf.kind);
    record->request = raw(arena, line, "request");
    record->decision = raw(arena, line, "decision");
    judge(arena, line, opened);
    return true;
}

bool opened_skip(struct opened_reading *reading, struct fault *fault)
{
    struct text leaf;
    if (!leaves_next(&reading->leaves, &leaf, fault))
        return false;
    ssize_t length = getline(&reading->line, &reading->capacity, reading->file);
    (void)length; /* a line that lacks is found by whose it is */
    return true;
}

static bool edition_files(void *context, struct arena *arena, struct text digest, struct text *manifest,
                          struct file_set *files, struct fault *fault)
{
    const char *folder = context;
    struct digest named;
    struct findings findings;
    *files = (struct file_set){0};
    if (!digest_parse(digest, &named))
        return fault_set(fault, FAULT_ABSENT, "`%.*s` is no edition", TEXT_ARGS(digest));
    const char *hex = text_string(arena, text_slice(digest, strlen("sha256:"), digest.length));
    const char *below = path_in(arena, path_in(arena, folder, "editions"), hex);
    findings_init(&findings, arena);
    if (!file_read(arena, path_in(arena, below, "manifest.json"), SIZE_MAX / 2, manifest, fault) ||
        !files_read(arena, path_in(arena, below, "rules"), files, &findings, fault))
        return false;
    struct json_error error;
    const struct value *names = value_get(json_read(arena, *manifest, &error), "files");
    bool same = digest_equal(digest_of(*manifest), named) && names && names->kind == VALUE_OBJECT &&
                names->count == files->count;
    for (size_t i = 0; same && i < files->count; i++) {
        struct text expected = member_text(names, text_string(arena, files->items[i].path));
        same = text_equal(expected, digest_text(arena, digest_of(files->items[i].text)));
    }
    return same || fault_set(fault, FAULT_ABSENT, "the files of edition `%.*s` are not those of its digest",
                             TEXT_ARGS(digest));
}

struct edition_store opened_editions(const char *folder)
{
    char *name;
    memcpy(&name, &folder, sizeof name); /* it is only read */
    return (struct edition_store){edition_files, name};
}
