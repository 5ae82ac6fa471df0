/*
 * The Lua sandbox. Most of it is tried by the files of tests/lua: each says in its first line what becomes of it:
 *
 *     -- refused: CODE LINE:COLUMN MESSAGE      script_check finds just this
 *     -- fails: DETAIL                          it loads, and f(...) is unknown for this reason
 *     -- gives: VALUE                           it loads, and f(...) is this: true, 12, `text`
 *
 * A second line may say `-- type: date` (boolean, integer, money, text, date) for what f is to return; without it that
 * follows from VALUE, and is integer for what fails. f is called with the entries of `evaluation`, a date, money, a text
 * and an integer: see the_arguments. `make test` runs this in the repository's folder, or set COVENANT_TESTS.
 */
#include "base/limits.h"
#include "engine/script.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- a covenant around a Lua file ---- */

struct world {
    struct arena arena;
    struct findings findings;
    struct region region;
    struct covenant covenant;
    struct derived derived;
    struct source_file lua, yaml;
    struct script_argument arguments[5];
    struct interpreter *interpreter;
};

static struct date date_from(const char *text)
{
    struct date date;
    assert_true(date_parse(text_of(text), &date));
    return date;
}

static const char *const evaluation_days[] = {"2022-01-03", "2022-03-07", "2022-06-20"};
static const char *const evaluation_outcomes[] = {"positive", "mixed", "positive"};

static struct script_argument entries_argument(struct world *world, size_t count)
{
    const struct entry **entries = ARENA_ARRAY(&world->arena, count, const struct entry *);
    for (size_t i = 0; i < count; i++) {
        struct entry *entry = ARENA_NEW(&world->arena, struct entry);
        entry->on = date_from(evaluation_days[i % 3]);
        entry->attributes = ARENA_ARRAY(&world->arena, 2, struct stated);
        entry->attributes[0] = (struct stated){
            .known = true, .value = {.kind = TYPE_TEXT, .as.text = text_of(evaluation_outcomes[i % 3])}};
        entry->ref = i == 1 ? TEXT("second") : (struct text){0};
        entries[i] = entry;
    }
    return (struct script_argument){.is_list = true, .entries = entries, .entries_count = count};
}

static void the_arguments(struct world *world)
{
    world->arguments[0] = entries_argument(world, 3);
    world->arguments[1].scalar = (struct scalar){.kind = TYPE_DATE, .as.date = date_from("2022-09-26")};
    world->arguments[2].scalar = (struct scalar){.kind = TYPE_MONEY, .as.number = 145050};
    world->arguments[3].scalar = (struct scalar){.kind = TYPE_TEXT, .as.text = TEXT("shelter")};
    world->arguments[4].scalar = (struct scalar){.kind = TYPE_INTEGER, .as.number = 7};
}

static void the_region(struct world *world)
{
    struct event_type *event = ARENA_NEW(&world->arena, struct event_type);
    event->name = TEXT("evaluation");
    event->attributes_count = 2;
    event->attributes = ARENA_ARRAY(&world->arena, 2, struct attribute);
    event->attributes[0].name = TEXT("outcome");
    event->attributes[1].name = TEXT("note");
    event->attributes[1].optional = true;
    world->region.name = TEXT("almere");
    world->region.vocabulary.events = event;
    world->region.vocabulary.events_count = 1;
}

static void world_init(struct world *world, struct text lua)
{
    *world = (struct world){0};
    arena_init(&world->arena);
    findings_init(&world->findings, &world->arena);
    world->lua = (struct source_file){TEXT("almere/2022/almere.lua"), text_copy(&world->arena, lua)};
    world->yaml = (struct source_file){TEXT("almere/2022/covenant.yaml"), TEXT("derived:\n  value: {lua: f}\n")};
    the_region(world);
    the_arguments(world);
    world->derived = (struct derived){.name = TEXT("value"), .kind = DERIVED_LUA, .function = TEXT("f"),
                                      .type = {TYPE_INTEGER, NULL}, .place = {&world->yaml, 2, 16}};
    world->covenant = (struct covenant){.region = &world->region, .version = TEXT("2022"), .derived = &world->derived,
                                        .derived_count = 1, .lua = &world->lua};
    world->interpreter = interpreter_open();
}

static void world_finish(struct world *world)
{
    interpreter_close(world->interpreter);
    arena_finish(&world->arena);
}

static bool world_check(struct world *world)
{
    return script_check(&world->arena, &world->covenant, &world->findings);
}

static struct answer world_call(struct world *world, long long *instructions)
{
    struct script_call call = {&world->covenant, &world->derived, world->arguments, 5};
    return script_call(world->interpreter, &world->arena, &call, instructions);
}

/* The first thing found, as the files of tests/lua write it. */
static struct text world_found(struct world *world)
{
    findings_sort(&world->findings);
    const struct finding *finding = &world->findings.items[0];
    return text_format(&world->arena, "refused: %s %zu:%zu %.*s", finding->code, finding->place.line,
                       finding->place.column, TEXT_ARGS(finding->message));
}

static struct text answer_written(struct arena *arena, struct answer answer)
{
    if (!answer.known) {
        assert_int_equal(answer.causes->kind, CAUSE_FAILURE);
        assert_true(text_is(answer.causes->name, "value"));
        assert_null(answer.causes->next);
        return text_format(arena, "fails: %.*s", TEXT_ARGS(answer.causes->detail));
    }
    struct text value = scalar_text(arena, answer.value);
    bool quoted = answer.value.kind == TYPE_TEXT;
    return text_format(arena, quoted ? "gives: `%.*s`" : "gives: %.*s", TEXT_ARGS(value));
}

/* ---- the files of tests/lua ---- */

#define CORPUS_MAX 512

static const char *corpus_folder(void)
{
    const char *folder = getenv("COVENANT_TESTS");
    static char path[512];
    snprintf(path, sizeof path, "%s/lua", folder ? folder : "tests");
    return path;
}

static int by_name(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static size_t corpus_names(struct arena *arena, const char **names)
{
    DIR *folder = opendir(corpus_folder());
    size_t count = 0;
    if (!folder)
        fail_msg("there is no folder %s: run this in the repository's folder, or set COVENANT_TESTS", corpus_folder());
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder))
        if (text_ends_with(text_of(entry->d_name), ".lua")) {
            assert_true(count < CORPUS_MAX);
            names[count++] = text_string(arena, text_of(entry->d_name));
        }
    closedir(folder);
    qsort(names, count, sizeof *names, by_name);
    return count;
}

static struct text corpus_read(struct arena *arena, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", corpus_folder(), name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t room = 4 * 1024 * 1024;
    char *bytes = arena_alloc(arena, room);
    struct text text = {bytes, fread(bytes, 1, room, file)};
    fclose(file);
    return text;
}

/* What stands behind `-- ` on that line; empty when the line is something else. */
static struct text header_line(struct text text, size_t line)
{
    struct source_file file = {TEXT(""), text};
    struct text written = place_line((struct place){&file, line, 1});
    return text_starts_with(written, "-- ") ? text_slice(written, 3, written.length) : TEXT("");
}

static enum type_kind corpus_type(struct text text, struct text expected)
{
    enum type_kind kind = TYPE_INTEGER;
    struct text second = header_line(text, 2);
    if (text_starts_with(second, "type: "))
        assert_true(type_from_name(text_slice(second, 6, second.length), &kind));
    else if (text_is(expected, "gives: true") || text_is(expected, "gives: false"))
        kind = TYPE_BOOLEAN;
    else if (text_starts_with(expected, "gives: `"))
        kind = TYPE_TEXT;
    return kind;
}

/* What becomes of one file, and what it cost. */
static struct text corpus_outcome(struct world *world, struct text expected, long long *instructions)
{
    world->derived.type.kind = corpus_type(world->lua.text, expected);
    *instructions = 0;
    bool good = world_check(world);
    assert_int_equal(good, world->findings.errors == 0);
    if (!good)
        return world_found(world);
    long long again;
    struct text first = answer_written(&world->arena, world_call(world, instructions));
    struct text second = answer_written(&world->arena, world_call(world, &again));
    assert_true(text_equal(first, second)); /* nothing is remembered */
    assert_int_equal(*instructions, again);
    assert_true(*instructions <= LUA_INSTRUCTIONS_MAX + 100000); /* a charge may pass it at once */
    return first;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Far above what any of them takes, also under a sanitizer; an escape from the bounds takes minutes. */
#define CORPUS_SECONDS_MAX 30.0

static void every_file_does_as_it_says(void **state)
{
    (void)state;
    struct arena arena = {0};
    arena_init(&arena);
    const char *names[CORPUS_MAX], *slowest = "";
    size_t count = corpus_names(&arena, names), wrong = 0;
    double most = 0;
    for (size_t i = 0; i < count; i++) {
        struct world world;
        world_init(&world, corpus_read(&arena, names[i]));
        struct text expected = header_line(world.lua.text, 1);
        long long instructions;
        double start = seconds();
        struct text outcome = corpus_outcome(&world, expected, &instructions);
        double took = seconds() - start;
        if (getenv("CORPUS_SHOW"))
            printf("%s: %.3f s, %lld\n", names[i], took, instructions);
        if (!text_equal(outcome, expected) || world.findings.count > 1) {
            print_error("%s/%s\n  says -- %.*s\n  does -- %.*s\n", corpus_folder(), names[i], TEXT_ARGS(expected),
                        TEXT_ARGS(outcome));
            for (size_t j = 1; j < world.findings.count; j++)
                print_error("  and  -- %.*s\n", TEXT_ARGS(world.findings.items[j].message));
            wrong++;
        }
        slowest = took > most ? names[i] : slowest;
        most = took > most ? took : most;
        world_finish(&world);
    }
    print_message("%zu files, the slowest %s with %.2f s\n", count, slowest, most);
    arena_finish(&arena);
    assert_true(count >= 60);
    assert_int_equal(wrong, 0);
    assert_true(most < CORPUS_SECONDS_MAX);
}

/* For the other process: every file's outcome and cost. */
static int print_costs(void)
{
    struct arena arena = {0};
    arena_init(&arena);
    const char *names[CORPUS_MAX];
    size_t count = corpus_names(&arena, names);
    for (size_t i = 0; i < count; i++) {
        struct world world;
        long long instructions;
        world_init(&world, corpus_read(&arena, names[i]));
        struct text outcome = corpus_outcome(&world, header_line(world.lua.text, 1), &instructions);
        printf("%s %lld %.*s\n", names[i], instructions, TEXT_ARGS(outcome));
        world_finish(&world);
    }
    arena_finish(&arena);
    return 0;
}

static struct text run_other(struct arena *arena, const char *environment)
{
    char command[1200], path[1024];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    assert_true(length > 0);
    path[length] = '\0';
    snprintf(command, sizeof command, "%s '%s' --costs", environment, path);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    size_t room = 1024 * 1024;
    char *bytes = arena_alloc(arena, room);
    struct text text = {bytes, fread(bytes, 1, room, pipe)};
    assert_int_equal(pclose(pipe), 0);
    return text;
}

static void two_processes_agree(void **state)
{
    (void)state;
    struct arena arena = {0};
    arena_init(&arena);
    struct text one = run_other(&arena, "LC_ALL=C TZ=UTC");
    struct text two = run_other(&arena, "LC_ALL=nl_NL.UTF-8 TZ=Pacific/Auckland COVENANT_PADDING=xxxxxxxxxxxxxxxxxxxxxxx");
    assert_true(one.length > 1000);
    assert_int_equal(one.length, two.length);
    assert_memory_equal(one.at, two.at, one.length);
    arena_finish(&arena);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--costs") == 0)
        return print_costs();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_does_as_it_says),
        cmocka_unit_test(two_processes_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
