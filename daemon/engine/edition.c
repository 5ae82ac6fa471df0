#include "engine/edition.h"

#include "base/json.h"
#include "engine/example.h"
#include "engine/script.h"

#include <stdlib.h>

static void copy_files(struct edition *edition, const struct file_set *files)
{
    for (size_t i = 0; i < files->count; i++)
        files_add(&edition->arena, &edition->files, text_copy(&edition->arena, files->items[i].path),
                  text_copy(&edition->arena, files->items[i].text));
}

/* What a decision depends on besides the case: the files, the engine, the Lua build. */
static void name_edition(struct edition *edition)
{
    struct arena *arena = &edition->arena;
    struct value *manifest = value_object(arena), *files = value_object(arena);
    for (size_t i = 0; i < edition->files.count; i++)
        value_set_text(arena, files, edition->files.items[i].path,
                       value_text(arena, digest_text(arena, digest_of(edition->files.items[i].text))));
    value_set(arena, manifest, "engine", value_string(arena, ENGINE_VERSION));
    value_set(arena, manifest, "lua", value_string(arena, script_release()));
    value_set(arena, manifest, "files", files);
    edition->manifest = json_write(arena, manifest);
    edition->digest = digest_text(arena, digest_of(edition->manifest));
}

static bool check_scripts(struct edition *edition, struct findings *findings)
{
    size_t before = findings->errors;
    for (size_t r = 0; r < edition->rules->regions_count; r++) {
        const struct region *region = edition->rules->regions[r];
        for (size_t v = 0; v < region->versions_count; v++)
            script_check(&edition->arena, region->versions[v], findings);
    }
    return findings->errors == before;
}

static bool check_examples(const struct edition *edition, struct findings *findings)
{
    struct arena arena;
    size_t before = findings->errors;
    arena_init(&arena);
    edition_test(&arena, edition->rules, findings);
    arena_finish(&arena);
    return findings->errors == before;
}

/* The source that findings point to lives in the edition, which is about to go: they get copies of their own. */
static void findings_keep(struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct source_file *file = findings->items[i].place.file;
        if (!file)
            continue;
        struct source_file *copy = NULL;
        for (size_t j = 0; j < i && !copy; j++) /* one copy of each file */
            if (findings->items[j].place.file && text_equal(findings->items[j].place.file->path, file->path))
                findings->items[i].place.file = findings->items[j].place.file;
        if (findings->items[i].place.file != file)
            continue;
        copy = ARENA_NEW(findings->arena, struct source_file);
        copy->path = text_copy(findings->arena, file->path);
        copy->text = text_copy(findings->arena, file->text);
        findings->items[i].place.file = copy;
    }
}

static bool load(struct edition *edition, bool run_examples, struct findings *findings)
{
    edition->rules = rules_read(&edition->arena, &edition->files, findings);
    return edition->rules && findings->errors == 0 && check_scripts(edition, findings) &&
           (!run_examples || check_examples(edition, findings));
}

struct edition *edition_load(const struct file_set *files, bool run_examples, struct findings *findings)
{
    struct edition *edition = calloc(1, sizeof *edition);
    if (!edition)
        return NULL;
    arena_init(&edition->arena);
    copy_files(edition, files);
    name_edition(edition);
    bool good = load(edition, run_examples, findings);
    findings_keep(findings);
    findings_sort(findings);
    if (good)
        return edition;
    edition_release(edition);
    return NULL;
}

void edition_release(struct edition *edition)
{
    if (!edition)
        return;
    arena_finish(&edition->arena);
    free(edition);
}

struct example_results edition_test(struct arena *arena, const struct rules *rules, struct findings *findings)
{
    struct example_results results = {.count = rules->examples_count};
    results.items = ARENA_ARRAY(arena, results.count + 1, struct example_result);
    for (size_t i = 0; i < results.count; i++)
        results.items[i] = example_run(arena, rules, &rules->examples[i], findings);
    return results;
}
