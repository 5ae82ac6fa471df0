/* A folder of rule files into rules: which file is what, and in which order they are read. See model.h. */
#include "base/limits.h"
#include "covenant/parse.h"

#include <stdlib.h>
#include <string.h>

/* What one load carries along. */
struct load {
    struct arena *arena;
    const struct file_set *files;
    struct findings *findings;
    struct national national;
    struct version_file *versions; /* of all regions, by path: so region by region */
    size_t versions_count, versions_capacity;
    struct rules *rules;
};

/* ---- folders ---- */

enum file_role { FILE_NATIONAL, FILE_COVENANT, FILE_LUA, FILE_EXAMPLE, FILE_OTHER };

#define PARTS_MAX 5

static size_t split(struct text path, struct text parts[PARTS_MAX])
{
    size_t count = 0, start = 0;
    for (size_t i = 0; i <= path.length && count < PARTS_MAX; i++)
        if (i == path.length || path.at[i] == '/') {
            parts[count++] = text_slice(path, start, i);
            start = i + 1;
        }
    return count;
}

#define RETENTION_FILE "retention.yaml"

static enum file_role role_of(struct text path, struct text parts[PARTS_MAX])
{
    size_t count = split(path, parts);
    bool yaml = text_ends_with(path, ".yaml"), lua = text_ends_with(path, ".lua");
    if (count == 2 && text_is(parts[0], "national"))
        return text_is(parts[1], "vocabulary.yaml") || text_is(parts[1], "calendar.yaml") ||
                       text_is(parts[1], "law.yaml") || text_is(parts[1], RETENTION_FILE)
                   ? FILE_NATIONAL
                   : FILE_OTHER;
    if (count == 3 && text_is(parts[2], "covenant.yaml"))
        return FILE_COVENANT;
    if (count == 3 && lua)
        return FILE_LUA;
    return count == 4 && yaml && text_is(parts[2], "cases") ? FILE_EXAMPLE : FILE_OTHER;
}

/* ---- reading one file ---- */

static struct node *read_tree(struct load *load, const struct source_file *file, const struct shape *shape, bool *broken)
{
    size_t errors = load->findings->errors;
    struct node *root = yaml_read(load->arena, file, load->findings);
    *broken |= load->findings->errors > errors; /* a key that stands twice hides one of them */
    if (!root) {
        *broken = true;
        return NULL;
    }
    root = shape_check(load->arena, shape, root, load->findings, broken);
    *broken |= !root;
    return root;
}

static struct node *read_national(struct load *load, const char *path, const struct shape *shape)
{
    const struct source_file *file = files_find(load->files, text_of(path));
    if (file)
        return read_tree(load, file, shape, &load->national.broken);
    load->national.broken = true;
    findings_add(load->findings, SEVERITY_ERROR, "missing_file", (struct place){0}, 1, "there is no file `%s`", path);
    return NULL;
}

static void read_nationals(struct load *load)
{
    struct national *national = &load->national;
    struct names names = {.arena = load->arena, .vocabulary = &national->vocabulary};
    struct reading reading = {.arena = load->arena, .findings = load->findings, .names = &names, .unknown = &national->unknown};
    struct node *vocabulary = read_national(load, "national/vocabulary.yaml", &shape_vocabulary);
    reading.broken = national->broken;
    parse_vocabulary(&reading, vocabulary, &national->vocabulary);
    national->derived = node_get(vocabulary, "derived");
    struct node *calendar = read_national(load, "national/calendar.yaml", &shape_calendar);
    reading.broken |= national->broken;
    parse_calendar(&reading, calendar, &national->calendar);
    struct node *law = read_national(load, "national/law.yaml", &shape_law);
    reading.broken |= national->broken;
    parse_law(&reading, law, national);
    national->broken |= reading.broken;
}

/* It may be absent: then nothing is erased because its term is over. */
static void read_retention(struct load *load)
{
    struct names names = {.arena = load->arena, .vocabulary = &load->national.vocabulary};
    struct reading reading = {.arena = load->arena, .findings = load->findings, .names = &names,
                              .unknown = &load->national.unknown};
    const struct source_file *file = files_find(load->files, TEXT("national/" RETENTION_FILE));
    if (!file)
        return;
    struct node *root = read_tree(load, file, &shape_retention, &reading.broken);
    parse_retention(&reading, root, load->rules);
    if (!load->national.broken)
        check_retention(load->rules, load->arena, load->findings);
}

/* Names of folders stand in logs, topics and records. */
static bool is_folder_name(struct text name, bool region)
{
    const char *allowed = region ? "abcdefghijklmnopqrstuvwxyz0123456789-"
                                 : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    for (size_t i = 0; i < name.length; i++)
        if (!strchr(allowed, name.at[i]))
            return false;
    return name.length && name.length <= ID_LENGTH_MAX && !(region && text_is(name, "national"));
}

static void check_folder(struct load *load, const struct version_file *version)
{
    if (!is_folder_name(version->region, true) || !is_folder_name(version->version, false))
        findings_add(load->findings, SEVERITY_ERROR, "wrong_folder", (struct place){version->file, 1, 1}, 1,
                     "`%.*s/%.*s` is no folder of a version: expected a region in lower-case letters, digits and `-`, and a "
                     "version in letters, digits, `.`, `_` and `-`",
                     TEXT_ARGS(version->region), TEXT_ARGS(version->version));
    const struct node *covenant = node_get(version->root, "covenant"), *name = node_get(version->root, "version");
    if (covenant && !text_equal(covenant->text, version->region))
        findings_add(load->findings, SEVERITY_ERROR, "wrong_folder", covenant->place, covenant->width,
                     "`covenant: %.*s` stands in the folder of `%.*s`", TEXT_ARGS(covenant->text), TEXT_ARGS(version->region));
    if (name && !text_equal(name->text, version->version))
        findings_add(load->findings, SEVERITY_ERROR, "wrong_folder", name->place, name->width,
                     "`version: %.*s` stands in the folder of `%.*s`", TEXT_ARGS(name->text), TEXT_ARGS(version->version));
}

static void add_version(struct load *load, const struct source_file *file, struct text parts[PARTS_MAX])
{
    struct version_file *version =
        arena_push(load->arena, &load->versions, &load->versions_count, &load->versions_capacity, sizeof *load->versions);
    *version = (struct version_file){.file = file, .region = parts[0], .version = parts[1]};
    version->root = read_tree(load, file, &shape_covenant, &version->broken);
    check_folder(load, version);
}

/* The files that belong to versions; what belongs nowhere is a finding, since nobody would read it. */
static void read_versions(struct load *load)
{
    for (size_t i = 0; i < load->files->count; i++) {
        const struct source_file *file = &load->files->items[i];
        struct text parts[PARTS_MAX];
        enum file_role role = role_of(file->path, parts);
        if (role == FILE_COVENANT)
            add_version(load, file, parts);
        else if (role == FILE_OTHER)
            findings_add(load->findings, SEVERITY_ERROR, "unexpected_file", (struct place){file, 1, 1}, 1,
                         "`%.*s` has no place here: expected national/vocabulary.yaml, calendar.yaml, law.yaml or "
                         "retention.yaml, or REGION/VERSION/covenant.yaml, its Lua file, or cases/*.yaml",
                         TEXT_ARGS(file->path));
    }
    if (load->versions_count == 0)
        findings_add(load->findings, SEVERITY_ERROR, "missing_file", (struct place){0}, 1,
                     "there is no covenant: expected a file as `almere/2022/covenant.yaml`");
}

/* ---- regions ---- */

static void read_covenant(struct load *load, struct version_file *version, const struct region *region)
{
    if (version->covenant || !version->merged)
        return;
    if (version->base)
        read_covenant(load, version->base, region);
    size_t before = load->findings->count;
    version->covenant = parse_covenant(load->arena, version, region, &load->national, load->files, load->findings);
    if (!version->broken && !load->national.broken)
        check_covenant(load->arena, version->covenant, load->findings);
    /* What stands in the version that this one is based on was good there: say who reads it otherwise. */
    for (size_t i = before; i < load->findings->count; i++) {
        struct finding *finding = &load->findings->items[i];
        if (finding->place.file && finding->place.file != version->file)
            finding->message = text_format(load->arena, "%.*s (in version `%.*s`, which takes it from here)",
                                           TEXT_ARGS(finding->message), TEXT_ARGS(version->version));
    }
}

static void add_file(struct load *load, struct file_set *set, const struct source_file *file)
{
    if (file && !files_find(set, file->path))
        files_add(load->arena, set, file->path, file->text);
}

/* Its own files, those of what it is based on, and the national ones. */
static struct digest digest_of_version(struct load *load, const struct version_file *version)
{
    struct file_set set = {0};
    for (const struct version_file *at = version; at; at = at->base) {
        add_file(load, &set, at->file);
        add_file(load, &set, at->covenant ? at->covenant->lua : NULL);
    }
    static const char *const national[] = {"national/calendar.yaml", "national/law.yaml", "national/vocabulary.yaml"};
    for (size_t i = 0; i < sizeof national / sizeof *national; i++)
        add_file(load, &set, files_find(load->files, text_of(national[i])));
    return files_digest(load->arena, &set);
}

static int by_first_day(const void *left, const void *right)
{
    const struct covenant *const *a = left, *const *b = right;
    int order = date_compare((*a)->from, (*b)->from);
    return order ? order : text_compare((*a)->version, (*b)->version);
}

/* Can its days be compared with those of other versions? */
static bool has_days(const struct version_file *version)
{
    const struct node *in_force = node_get(version->root, "in_force");
    bool until = node_get(in_force, "until") || !node_key(in_force, "until");
    return node_get(in_force, "from") && until;
}

static void read_region(struct load *load, struct version_file *versions, size_t count, struct region *region)
{
    struct arena *arena = load->arena;
    const struct node **roots = ARENA_ARRAY(arena, count, const struct node *);
    struct names names = {.arena = arena, .vocabulary = &region->vocabulary};
    struct reading reading = {.arena = arena, .findings = load->findings, .names = &names,
                              .unknown = &load->national.unknown, .broken = load->national.broken};
    for (size_t i = 0; i < count; i++) {
        roots[i] = versions[i].root;
        reading.broken |= versions[i].broken;
    }
    region->name = versions[0].region;
    parse_own_vocabulary(&reading, &load->national.vocabulary, roots, count, &region->vocabulary);
    inherit(arena, versions, count, load->findings);
    const struct covenant **covenants = ARENA_ARRAY(arena, count, const struct covenant *);
    bool whole = !load->national.broken;
    for (size_t i = 0; i < count; i++) {
        read_covenant(load, &versions[i], region);
        whole &= !versions[i].broken && has_days(&versions[i]);
        if (versions[i].covenant) {
            versions[i].covenant->digest = digest_of_version(load, &versions[i]);
            covenants[region->versions_count++] = versions[i].covenant;
        }
    }
    qsort(covenants, region->versions_count, sizeof(const struct covenant *), by_first_day);
    region->versions = covenants;
    if (whole)
        check_versions(arena, covenants, region->versions_count, load->findings);
}

static int by_name(const void *left, const void *right)
{
    const struct region *const *a = left, *const *b = right;
    return text_compare((*a)->name, (*b)->name);
}

static void read_regions(struct load *load)
{
    const struct region **regions = ARENA_ARRAY(load->arena, load->versions_count + 1, const struct region *);
    for (size_t i = 0, end; i < load->versions_count; i = end) {
        for (end = i + 1; end < load->versions_count && text_equal(load->versions[end].region, load->versions[i].region); end++)
            ;
        struct region *region = ARENA_NEW(load->arena, struct region);
        read_region(load, &load->versions[i], end - i, region);
        regions[load->rules->regions_count++] = region;
    }
    qsort(regions, load->rules->regions_count, sizeof(const struct region *), by_name);
    load->rules->regions = regions;
}

/* ---- examples and loose ends ---- */

static void read_examples(struct load *load)
{
    size_t capacity = 0;
    struct example *examples = NULL;
    struct rules *rules = load->rules;
    for (size_t i = 0; i < load->files->count; i++) {
        const struct source_file *file = &load->files->items[i];
        struct text parts[PARTS_MAX];
        if (role_of(file->path, parts) != FILE_EXAMPLE)
            continue;
        bool broken = false;
        struct node *root = read_tree(load, file, &shape_example, &broken);
        const struct region *region = rules_region(rules, parts[0]);
        if (!region)
            findings_add(load->findings, SEVERITY_ERROR, "unexpected_file", (struct place){file, 1, 1}, 1,
                         "an example of `%.*s`, which has no covenant", TEXT_ARGS(parts[0]));
        struct example *room = arena_push(load->arena, &examples, &rules->examples_count, &capacity, sizeof *examples);
        *room = (struct example){file, region, root};
    }
    rules->examples = examples;
}

/* A Lua file that no version names is dead: most likely `functions` was forgotten, unless that is what is wrong. */
static void check_lua(struct load *load)
{
    for (size_t i = 0; i < load->files->count; i++) {
        const struct source_file *file = &load->files->items[i];
        struct text parts[PARTS_MAX];
        bool used = role_of(file->path, parts) != FILE_LUA || load->findings->errors;
        for (size_t k = 0; k < load->versions_count && !used; k++)
            used = !load->versions[k].covenant || load->versions[k].covenant->lua == file;
        if (!used)
            findings_add(load->findings, SEVERITY_WARNING, "unused_file", (struct place){file, 1, 1}, 1,
                         "no covenant names this file under `functions`");
    }
}

const struct rules *rules_read(struct arena *arena, const struct file_set *files, struct findings *findings)
{
    struct load load = {.arena = arena, .files = files, .findings = findings, .rules = ARENA_NEW(arena, struct rules)};
    size_t errors = findings->errors;
    load.rules->files = files;
    read_nationals(&load);
    read_versions(&load);
    read_regions(&load);
    read_retention(&load);
    read_examples(&load);
    check_lua(&load);
    load.rules->calendar = load.national.calendar;
    load.rules->national = load.national.vocabulary;
    findings_sort(findings);
    return findings->errors == errors ? load.rules : NULL;
}

const struct region *rules_region(const struct rules *rules, struct text name)
{
    for (size_t i = 0; i < rules->regions_count; i++)
        if (text_equal(rules->regions[i]->name, name))
            return rules->regions[i];
    return NULL;
}
