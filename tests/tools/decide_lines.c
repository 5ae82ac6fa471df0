/*
 * Decides many cases in one process, for tests: `decide_lines RULES` loads a folder without running its examples, then
 * reads requests from standard input, one JSON object a line, {"case", "on"} and what else `decide` takes, and writes
 * for each the canonical decision, or {"error": {...}}. `decide_lines RULES --steps` writes how many steps of work each
 * took (base/arena.h). `decide_lines RULES --names` tells what cases may speak of: a line for each region.
 */
#include "base/json.h"
#include "base/limits.h"
#include "engine/decide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct edition *load(const char *folder)
{
    struct arena arena;
    struct file_set files = {0};
    struct findings findings;
    struct fault fault = {0};
    struct edition *edition = NULL;
    arena_init(&arena);
    findings_init(&findings, &arena);
    if (digest_init() && files_read(&arena, folder, &files, &findings, &fault))
        edition = edition_load(&files, false, &findings);
    findings_print(&findings, "", stderr);
    arena_finish(&arena);
    return edition;
}

static struct value *decide_request(struct arena *arena, const struct rules *rules, const struct value *request,
                                    struct refusals *refusals)
{
    struct case_file case_file;
    struct asked asked;
    struct date on;
    struct pointer at = {NULL, TEXT("case"), 0};
    const struct value *source = value_get(request, "case"), *day = value_get(request, "on");
    if (!source || !day || day->kind != VALUE_TEXT || !date_parse(day->text, &on)) {
        refusals_add_at(refusals, ERROR_INVALID_REQUEST, NULL, "expected the members `case` and `on`, a date");
        return NULL;
    }
    bool right = asked_read(rules, request, &asked, refusals);
    right &= case_read(arena, rules, source, &at, &case_file, refusals);
    return right ? decide(arena, rules, &case_file, on, &asked, refusals) : NULL;
}

static struct text answer(struct arena *arena, const struct rules *rules, struct text line)
{
    struct json_error error;
    struct refusals refusals;
    refusals_init(&refusals, arena);
    const struct value *request = json_read(arena, line, &error);
    if (!request)
        refusals_add_at(&refusals, ERROR_MALFORMED, NULL, "%s", error.message);
    struct value *decision = request ? decide_request(arena, rules, request, &refusals) : NULL;
    if (!decision) {
        decision = value_object(arena);
        value_set(arena, decision, "error", refusals_value(&refusals));
    }
    return json_write(arena, decision);
}

/* ---- what cases may speak of ---- */

static struct value *texts(struct arena *arena, const struct text_list *list)
{
    struct value *value = value_list(arena);
    for (size_t i = 0; i < list->count; i++)
        value_append(arena, value, value_text(arena, list->items[i]));
    return value;
}

static struct value *type_value(struct arena *arena, const struct type *type)
{
    static const char *const names[] = {[TYPE_BOOLEAN] = "boolean", [TYPE_INTEGER] = "integer", [TYPE_MONEY] = "money",
                                        [TYPE_TEXT] = "text", [TYPE_DATE] = "date"};
    return type->choices ? texts(arena, type->choices) : value_string(arena, names[type->kind]);
}

static struct value *names_of(struct arena *arena, const struct region *region)
{
    const struct vocabulary *vocabulary = &region->vocabulary;
    struct value *all = value_object(arena), *facts = value_object(arena), *events = value_object(arena);
    struct text_list phase = {0}, kind = {0}, waives = {0};
    for (size_t i = 0; i < vocabulary->facts_count; i++)
        value_set_text(arena, facts, vocabulary->facts[i].name, type_value(arena, &vocabulary->facts[i].type));
    for (size_t i = 0; i < vocabulary->events_count; i++) {
        struct value *attributes = value_object(arena);
        for (size_t a = 0; a < vocabulary->events[i].attributes_count; a++)
            value_set_text(arena, attributes, vocabulary->events[i].attributes[a].name,
                           type_value(arena, &vocabulary->events[i].attributes[a].type));
        value_set_text(arena, events, vocabulary->events[i].name, attributes);
    }
    for (size_t v = 0; v < region->versions_count; v++) {
        const struct covenant *covenant = region->versions[v];
        for (size_t i = 0; i < covenant->support.phases_count; i++)
            text_list_add_sorted(arena, &phase, covenant->support.phases[i].phase);
        for (size_t i = 0; i < covenant->contracts.kinds_count; i++)
            text_list_add_sorted(arena, &kind, covenant->contracts.kinds[i].rule.id);
        for (size_t i = 0; i < covenant->eligibility.requirements_count; i++)
            text_list_add_sorted(arena, &waives, covenant->eligibility.requirements[i].rule.id);
    }
    value_set(arena, all, "region", value_text(arena, region->name));
    value_set(arena, all, "from", value_date(arena, region->versions[0]->from));
    value_set(arena, all, "facts", facts);
    value_set(arena, all, "events", events);
    value_set(arena, all, "phase", texts(arena, &phase));
    value_set(arena, all, "kind", texts(arena, &kind));
    value_set(arena, all, "waives", texts(arena, &waives));
    return all;
}

static void print_names(const struct rules *rules)
{
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < rules->regions_count; i++) {
        struct text line = json_write(&arena, names_of(&arena, rules->regions[i]));
        printf("%.*s\n", TEXT_ARGS(line));
    }
    arena_finish(&arena);
}

static void decide_lines(const struct rules *rules, bool steps)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    while ((length = getline(&line, &room, stdin)) > 0) {
        struct arena arena;
        arena_init(&arena);
        struct text answered = answer(&arena, rules, (struct text){line, (size_t)length});
        if (steps)
            printf("%zu\n", arena.steps);
        else
            printf("%.*s\n", TEXT_ARGS(answered));
        fflush(stdout);
        arena_finish(&arena);
    }
    free(line);
}

int main(int argc, char **argv)
{
    bool names = argc == 3 && strcmp(argv[2], "--names") == 0, steps = argc == 3 && strcmp(argv[2], "--steps") == 0;
    bool right = argc == 2 || names || steps;
    struct edition *edition = right ? load(argv[1]) : NULL;
    if (!edition) {
        fputs(right ? "the rules were not loaded\n" : "use: decide_lines RULES [--names|--steps]\n", stderr);
        return right ? 65 : 64;
    }
    if (names)
        print_names(edition->rules);
    else
        decide_lines(edition->rules, steps);
    edition_release(edition);
    return 0;
}
