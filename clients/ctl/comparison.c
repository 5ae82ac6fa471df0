#include "comparison.h"

#include "base/files.h"
#include "base/json.h"
#include "engine/decide.h"
#include "show.h"

/* Far more than a hundred cases take. */
#define CASES_BYTES_MAX ((size_t)4 << 20)

/* ---- reading the cases ---- */

static bool wrong(struct comparison *comparison, struct text id, const char *message)
{
    comparison->code = complain(comparison->command, EXIT_REFUSED, "case `%.*s`: %s", TEXT_ARGS(id), message);
    return false;
}

/* {"case", "says", "on", "facts", "events"}: a case as decide takes it, without a region. */
static bool case_check(struct comparison *comparison, const struct value *source)
{
    static const char *const known[] = {"case", "says", "on", "facts", "events"};
    struct text id = member_text(source, "case");
    struct date date;
    if (!id.at)
        return wrong(comparison, TEXT("?"), "expected an object with `case`, `says`, `on`, `facts` and `events`");
    for (size_t i = 0; i < source->count; i++) {
        bool found = false;
        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            found |= text_is(source->names[i], known[k]);
        if (!found)
            return wrong(comparison, id, "expected nothing but `case`, `says`, `on`, `facts` and `events`");
    }
    if (!member_text(source, "on").at || !date_parse(member_text(source, "on"), &date))
        return wrong(comparison, id, "expected `on` with the date to decide for, as 2026-05-01");
    return value_get(source, "says") || wrong(comparison, id, "expected `says` with a short name");
}

static bool cases_read(struct comparison *comparison, const char *path, struct value **list)
{
    struct command *command = comparison->command;
    struct fault fault = {0};
    struct json_error error;
    struct text text;
    comparison->code = EXIT_NO_FILE;
    if (!file_read(command->arena, path, CASES_BYTES_MAX, &text, &fault)) {
        complain(command, EXIT_NO_FILE, "%s", fault.message);
        return false;
    }
    comparison->code = EXIT_REFUSED;
    *list = json_read(command->arena, text, &error);
    if (!*list)
        complain(command, EXIT_REFUSED, "%s:%zu:%zu: %s", path, error.line, error.column, error.message);
    else if ((*list)->kind != VALUE_LIST || (*list)->count == 0)
        complain(command, EXIT_REFUSED, "`%s` holds no cases: expected a list of them", path);
    else
        comparison->code = EXIT_ANSWERED;
    for (size_t i = 0; comparison->code == EXIT_ANSWERED && i < (*list)->count; i++)
        case_check(comparison, (*list)->items[i]);
    return comparison->code == EXIT_ANSWERED;
}

/* ---- deciding ---- */

static struct value *case_of_region(struct arena *arena, const struct value *source, struct text region)
{
    struct value *made = value_object(arena);
    value_set(arena, made, "case", value_text(arena, member_text(source, "case")));
    value_set(arena, made, "region", value_text(arena, region));
    if (value_get(source, "facts"))
        value_set(arena, made, "facts", value_get(source, "facts"));
    if (value_get(source, "events"))
        value_set(arena, made, "events", value_get(source, "events"));
    return made;
}

/* NULL where no covenant is in force; anything else that is wrong is said, and ends it. */
static struct value *decide_in(struct comparison *comparison, const struct value *source, struct text region)
{
    struct command *command = comparison->command;
    const struct asked asked = {.trace = true};
    struct case_file case_file;
    struct refusals refusals;
    struct date on;
    refusals_init(&refusals, command->arena);
    struct value *decision = NULL;
    if (case_read(command->arena, comparison->rules, case_of_region(command->arena, source, region), NULL, &case_file,
                  &refusals) &&
        date_parse(member_text(source, "on"), &on))
        decision = decide(command->arena, comparison->rules, &case_file, on, &asked, &refusals);
    if (!decision && refusals.items[0].code != ERROR_NO_COVENANT_IN_FORCE)
        comparison->code = complain(command, EXIT_REFUSED, "case `%.*s` in %.*s: %.*s (at %.*s)",
                                    TEXT_ARGS(member_text(source, "case")), TEXT_ARGS(region),
                                    TEXT_ARGS(refusals.items[0].message), TEXT_ARGS(refusals.items[0].at));
    return decision;
}

const struct told *told_in(const struct compared *compared, size_t region, size_t part)
{
    return &compared->told[region * PART_COUNT + part];
}

/* Do all regions that decide the one case say the same of the other, by the same rules? */
static bool is_same_row(const struct comparison *comparison, const struct compared *compared,
                        const struct compared *before, size_t part)
{
    struct arena *arena = comparison->command->arena;
    for (size_t r = 0; r < comparison->rules->regions_count; r++)
        if (compared->decided[r] &&
            !(before->decided[r] && text_equal(told_text(arena, told_in(compared, r, part)),
                                               told_text(arena, told_in(before, r, part)))))
            return false;
    return true;
}

bool comparison_differs(const struct comparison *comparison, const struct compared *compared, size_t part)
{
    const struct told *before = NULL;
    for (size_t r = 0; r < comparison->rules->regions_count; r++) {
        if (!compared->decided[r])
            continue;
        if (before && !told_same(before, told_in(compared, r, part)))
            return true;
        before = told_in(compared, r, part);
    }
    return false;
}

/* Eligibility always is; another part where regions differ on it, unless they do so as they did in a case before. */
static bool is_shown(const struct comparison *comparison, const struct compared *compared, size_t part)
{
    if (part == PART_ELIGIBILITY)
        return true;
    for (const struct compared *before = comparison->cases; before < compared; before++)
        if (is_same_row(comparison, compared, before, part))
            return false;
    return comparison_differs(comparison, compared, part);
}

static void compare_case(struct comparison *comparison, const struct value *source, struct compared *compared)
{
    struct arena *arena = comparison->command->arena;
    size_t regions = comparison->rules->regions_count;
    *compared = (struct compared){.id = member_text(source, "case"), .says = value_get(source, "says")};
    compared->decided = ARENA_ARRAY(arena, regions, bool);
    compared->told = ARENA_ARRAY(arena, regions * PART_COUNT, struct told);
    date_parse(member_text(source, "on"), &compared->on);
    for (size_t r = 0; r < regions && comparison->code == EXIT_ANSWERED; r++) {
        const struct region *region = comparison->rules->regions[r];
        const struct value *decision = decide_in(comparison, source, region->name);
        compared->decided[r] = decision != NULL;
        for (size_t p = 0; p < PART_COUNT; p++)
            compared->told[r * PART_COUNT + p] = part_told(comparison->command, (enum part)p, region, decision);
    }
    for (size_t p = 0; p < PART_COUNT; p++)
        compared->shown[p] = is_shown(comparison, compared, p);
}

bool comparison_make(struct comparison *comparison, const char *path)
{
    struct value *list = NULL;
    if (!cases_read(comparison, path, &list))
        return false;
    comparison->cases = ARENA_ARRAY(comparison->command->arena, list->count, struct compared);
    for (size_t i = 0; i < list->count && comparison->code == EXIT_ANSWERED; i++)
        compare_case(comparison, list->items[i], &comparison->cases[comparison->count++]);
    return comparison->code == EXIT_ANSWERED;
}
