/* One version: names first, then derived names, then the sections. */
#include "covenant/parse.h"

#include <string.h>

const char *const section_names[SECTION_COUNT] = {"eligibility", "support", "deadlines", "contract",
                                                  "nuisance",    "housing", "journey",   "next_steps"};

/* The names that one key of the items of a list defines; twice the same is a finding. */
static void collect(struct reading *reading, const struct node *list, const char *key, const char *code, struct text_list *names)
{
    for (size_t i = 0; list && i < list->count; i++) {
        const struct node *node = node_get(list->items[i], key);
        bool again = node && text_list_has(names, node->text);
        if (again && code)
            findings_add(reading->findings, SEVERITY_ERROR, code, node->place, node->width, "the %s `%.*s` stands here twice", key,
                         TEXT_ARGS(node->text));
        text_list_add(reading->arena, names, node ? node->text : TEXT(""));
    }
}

static size_t law_index(const struct national *national, struct text id)
{
    for (size_t i = 0; i < national->law_count; i++)
        if (text_equal(national->law[i].rule.id, id))
            return i;
    return NOT_FOUND;
}

/* The terms by law on which this one leans. */
static struct text_list law_needs(struct arena *arena, const struct deadline *deadline)
{
    struct text_list needs = {0};
    struct uses uses = {0};
    if (deadline->applies)
        expression_uses(arena, deadline->applies, &uses);
    for (size_t i = 0; i < uses.count; i++)
        if (uses.items[i].kind == USE_DUE || uses.items[i].kind == USE_MISSED)
            text_list_add(arena, &needs, uses.items[i].name);
    if (deadline->starts.kind == ANCHOR_DEADLINE)
        text_list_add(arena, &needs, deadline->starts.name);
    if (deadline->counts_back_from.kind == ANCHOR_DEADLINE)
        text_list_add(arena, &needs, deadline->counts_back_from.name);
    for (size_t i = 0; i < deadline->pauses_count; i++)
        if (deadline->pauses[i].until.kind == ANCHOR_DEADLINE)
            text_list_add(arena, &needs, deadline->pauses[i].until.name);
    return needs;
}

static bool includes(const struct node *include, struct text id)
{
    for (size_t i = 0; include && i < include->count; i++)
        if (text_equal(include->items[i]->text, id))
            return true;
    return false;
}

static bool has_own(const struct node *root, struct text id)
{
    const struct node *own = node_get(root, "deadlines");
    for (size_t i = 0; own && i < own->count; i++)
        if (text_equal(read_text(own->items[i], "id"), id))
            return true;
    return false;
}

/* A misspelt id is told once: what it is most like is included, so that no name is missed for its sake. */
static size_t include_nearest(const struct node *include, struct text id, const struct text_list *known,
                              const struct national *national)
{
    struct text nearest = text_nearest(id, known->items, known->count);
    return nearest.at && !includes(include, nearest) ? law_index(national, nearest) : NOT_FOUND;
}

static bool includes_only(const struct node *include, const struct text_list *known)
{
    for (size_t i = 0; i < include->count; i++)
        if (!text_list_has(known, include->items[i]->text))
            return false;
    return true;
}

/* One id of `include`; NOT_FOUND when it adds nothing. */
static size_t include_one(struct reading *reading, const struct node *include, size_t i, const struct national *national)
{
    const struct node *node = include->items[i];
    struct text_list known = {0};
    for (size_t k = 0; k < national->law_count; k++)
        text_list_add(reading->arena, &known, national->law[k].rule.id);
    size_t index = read_name_of(reading, node, &known, "term by law", "unknown_deadline");
    if (index == NOT_FOUND)
        return include_nearest(include, node->text, &known, national);
    for (size_t k = 0; k < i; k++)
        if (text_equal(include->items[k]->text, node->text)) {
            findings_add(reading->findings, SEVERITY_ERROR, "duplicate_name", node->place, node->width, "`%.*s` stands here twice",
                         TEXT_ARGS(node->text));
            return NOT_FOUND;
        }
    struct text_list needs = law_needs(reading->arena, &national->law[index]);
    for (size_t k = 0; k < needs.count && includes_only(include, &known); k++)
        if (law_index(national, needs.items[k]) != NOT_FOUND && !includes(include, needs.items[k]))
            findings_add(reading->findings, SEVERITY_ERROR, "law_needs_law", node->place, node->width,
                         "`%.*s` counts with `%.*s`, which is not included", TEXT_ARGS(node->text), TEXT_ARGS(needs.items[k]));
    return index;
}

/* The ids of its own deadlines, then those by law: `law` gets where those stand in law.yaml. */
static size_t collect_deadlines(struct reading *reading, const struct node *root, const struct national *national, size_t *law)
{
    const struct node *own = node_get(root, "deadlines"), *include = node_get(root, "include");
    size_t count = 0;
    collect(reading, own, "id", NULL, &reading->names->deadlines);
    for (size_t i = 0; own && i < own->count; i++) {
        const struct node *id = node_get(own->items[i], "id");
        if (id && includes(include, id->text))
            findings_add(reading->findings, SEVERITY_ERROR, "changes_law", id->place, id->width,
                         "`%.*s` is included by law: a region cannot change it", TEXT_ARGS(id->text));
    }
    for (size_t i = 0; include && i < include->count; i++) {
        size_t index = include_one(reading, include, i, national);
        if (index == NOT_FOUND || has_own(root, national->law[index].rule.id))
            continue;
        law[count++] = index;
        text_list_add(reading->arena, &reading->names->deadlines, national->law[index].rule.id);
    }
    return count;
}

static void read_deadlines(struct reading *reading, const struct node *root, const struct national *national, const size_t *law,
                           size_t law_count, struct covenant *covenant)
{
    const struct node *own = node_get(root, "deadlines");
    size_t own_count = own ? own->count : 0;
    covenant->deadlines_written = own || law_count;
    covenant->deadlines_count = own_count + law_count;
    struct deadline *deadlines =
        ARENA_ARRAY(reading->arena, covenant->deadlines_count ? covenant->deadlines_count : 1, struct deadline);
    for (size_t i = 0; i < own_count; i++)
        parse_deadline(reading, own->items[i], &deadlines[i]);
    /* What is wrong in law.yaml was found there. */
    struct findings heard;
    findings_init(&heard, reading->arena);
    struct unknown_names unknown = {0};
    struct reading by_law = *reading;
    by_law.findings = &heard;
    by_law.unknown = &unknown;
    by_law.sources = national->sources;
    by_law.sources_count = national->sources_count;
    for (size_t i = 0; i < law_count; i++) {
        parse_deadline(&by_law, national->deadlines->items[law[i]], &deadlines[own_count + i]);
        deadlines[own_count + i].by_law = true;
    }
    covenant->deadlines = deadlines;
}

static void read_parties(struct reading *reading, const struct node *root, struct covenant *covenant)
{
    const struct node *list = node_get(root, "parties");
    covenant->parties_count = list ? list->count : 0;
    struct party *parties = ARENA_ARRAY(reading->arena, covenant->parties_count ? covenant->parties_count : 1, struct party);
    for (size_t i = 0; i < covenant->parties_count; i++)
        parties[i] = (struct party){read_role(reading, node_get(list->items[i], "role")), read_text(list->items[i], "name")};
    covenant->parties = parties;
}

/* `in_force`; its `assumed` may also name `ongoing_cases`, which stands beside it. */
static void read_in_force(struct reading *reading, const struct node *root, struct covenant *covenant)
{
    struct node *in_force = node_get(root, "in_force"), *ongoing = node_get(root, "ongoing_cases");
    struct node *ongoing_key = node_key(root, "ongoing_cases");
    if (in_force) {
        struct node with = *in_force;
        if (ongoing_key) {
            with.keys = ARENA_ARRAY(reading->arena, in_force->count + 1, struct node *);
            memcpy(with.keys, in_force->keys, in_force->count * sizeof *with.keys);
            with.items = ARENA_ARRAY(reading->arena, in_force->count + 1, struct node *);
            memcpy(with.items, in_force->items, in_force->count * sizeof *with.items);
            with.keys[with.count] = ongoing_key;
            with.items[with.count++] = ongoing;
        }
        covenant->in_force_rule = read_rule(reading, &with, NULL);
        covenant->in_force_rule.id = TEXT("in_force");
    }
    read_date(in_force, "from", &covenant->from);
    covenant->has_until = read_date(in_force, "until", &covenant->until);
    const struct node *until = node_get(in_force, "until");
    if (until && node_get(in_force, "from") && date_compare(covenant->until, covenant->from) < 0)
        findings_add(reading->findings, SEVERITY_ERROR, "until_before_from", until->place, until->width,
                     "the last day, `%.*s`, lies before the first, `%.*s`", TEXT_ARGS(until->text),
                     TEXT_ARGS(read_text(in_force, "from")));
    covenant->ongoing_cases_move = ongoing && text_is(ongoing->text, "move");
}

/* The Lua file stands in the folder of the file that names it. */
static void read_functions(struct reading *reading, const struct node *root, const struct file_set *files, struct covenant *covenant)
{
    const struct node *node = node_get(root, "functions");
    if (!node)
        return;
    struct text path = node->place.file->path;
    while (path.length && path.at[path.length - 1] != '/')
        path.length--;
    struct text wanted = text_format(reading->arena, "%.*s%.*s", TEXT_ARGS(path), TEXT_ARGS(node->text));
    bool inside = !memchr(node->text.at, '/', node->text.length) && text_ends_with(node->text, ".lua");
    covenant->lua = inside ? files_find(files, wanted) : NULL;
    if (!inside)
        findings_add(reading->findings, SEVERITY_ERROR, "wrong_name", node->place, node->width,
                     "`%.*s` is no Lua file of this folder: expected a name as `almere.lua`", TEXT_ARGS(node->text));
    else if (!covenant->lua)
        findings_add(reading->findings, SEVERITY_ERROR, "missing_file", node->place, node->width, "there is no file `%.*s`",
                     TEXT_ARGS(wanted));
}

static void check_functions(struct reading *reading, const struct node *root, const struct covenant *covenant)
{
    for (size_t i = 0; i < covenant->derived_count && !node_get(root, "functions"); i++)
        if (covenant->derived[i].kind == DERIVED_LUA)
            findings_add(reading->findings, SEVERITY_ERROR, "missing_functions", covenant->derived[i].place,
                         covenant->derived[i].name.length, "`%.*s` calls a Lua function, but `functions` names no file",
                         TEXT_ARGS(covenant->derived[i].name));
}

static void collect_names(struct reading *reading, const struct node *root)
{
    struct names *names = reading->names;
    const struct node *phases = node_get(node_get(root, "support"), "phases");
    const struct node *kinds = node_get(node_get(root, "contracts"), "kinds");
    collect(reading, node_get(root, "silent"), "id", NULL, &names->blanks);
    collect(reading, phases, "phase", "duplicate_name", &names->phases);
    collect(reading, node_get(root, "journey"), "stage", "duplicate_name", &names->stages);
    for (size_t i = 0; kinds && i < kinds->count; i++)
        text_list_add(reading->arena, &names->kinds, kinds->keys[i]->text);
    for (size_t i = 0; phases && i < phases->count; i++) {
        const struct node *phase = node_get(phases->items[i], "phase");
        if (phase && text_is(phase->text, "ended"))
            findings_add(reading->findings, SEVERITY_ERROR, "reserved_name", phase->place, phase->width,
                         "`ended` says that support has ended: no phase can be called that");
    }
}

struct covenant *parse_covenant(struct arena *arena, const struct version_file *version, const struct region *region,
                                struct national *national, const struct file_set *files, struct findings *findings)
{
    const struct node *root = version->merged;
    struct covenant *covenant = ARENA_NEW(arena, struct covenant);
    struct names *names = ARENA_NEW(arena, struct names);
    struct reading reading = {.arena = arena,
                              .findings = findings,
                              .names = names,
                              .unknown = &national->unknown,
                              .broken = version->broken || national->broken};
    covenant->sources = read_sources(arena, node_get(root, "sources"), &covenant->sources_count);
    reading.sources = covenant->sources;
    reading.sources_count = covenant->sources_count;
    covenant->region = region;
    covenant->version = version->version;
    covenant->folder = text_format(arena, "%.*s/%.*s", TEXT_ARGS(version->region), TEXT_ARGS(version->version));
    covenant->place = root->place;
    covenant->title = read_says(root, "title");
    covenant->based_on = version->base ? version->base->covenant : NULL;

    size_t *law = ARENA_ARRAY(arena, national->law_count + 1, size_t);
    size_t law_count = collect_deadlines(&reading, root, national, law);
    collect_names(&reading, root);
    names_init(names, arena, &region->vocabulary);
    read_in_force(&reading, root, covenant);
    read_parties(&reading, root, covenant);
    read_functions(&reading, root, files, covenant);
    parse_derived(&reading, national->derived, root, covenant);
    check_functions(&reading, root, covenant);
    parse_eligibility(&reading, root, &covenant->eligibility);
    parse_support(&reading, root, &covenant->support);
    read_deadlines(&reading, root, national, law, law_count, covenant);
    parse_contracts(&reading, root, &covenant->contracts);
    parse_nuisance(&reading, root, &covenant->nuisance);
    parse_housing(&reading, root, covenant);
    parse_journey(&reading, root, covenant);
    parse_blanks(&reading, root, covenant);
    parse_guarantees(&reading, root, covenant);
    covenant->assumptions = assumptions_of(arena, covenant);
    return covenant;
}
