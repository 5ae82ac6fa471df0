/*
 * The Lua sandbox. Most of it is tried by the files of tests/lua: each says in its first line what becomes of it:
 *
 *     -- refused: CODE LINE:COLUMN MESSAGE      script_check finds just this
 *     -- fails: DETAIL                          it loads, and f(...) is unknown for this reason
 *     -- gives: VALUE                           it loads, and f(...) is this: true, 12, `text`
 *
 * A second line may say `-- type: date` (boolean, integer, money, text, date) for what f is to return; without it that
 * follows from VALUE, and is integer for what fails. f is called with the entries of `evaluation`, a date, money, a
 * text and an integer: see the_arguments. It is run in the repository's folder, or with COVENANT_TESTS set.
 */
#include "base/limits.h"
#include "engine/sandbox.h"
#include "engine/script.h"
#include "engine/script_source.h"

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
    size_t room = 64 * 1024;
    char *bytes = arena_alloc(arena, room);
    struct text text = {bytes, fread(bytes, 1, room, file)};
    assert_true(text.length < room);
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
    if (text_starts_with(second, "type: ") && type_from_name(text_slice(second, 6, second.length), &kind))
        return kind;
    if (text_is(expected, "gives: true") || text_is(expected, "gives: false"))
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
    struct text two = run_other(&arena, "LC_ALL=nl_NL.UTF-8 TZ=Pacific/Auckland PADDING=xxxxxxxxxxxxxxxxx");
    assert_true(one.length > 1000);
    assert_int_equal(one.length, two.length);
    assert_memory_equal(one.at, two.at, one.length);
    arena_finish(&arena);
}

/* ---- what no file of the corpus can hold ---- */

static struct text found_in(struct world *world, struct text lua)
{
    world_init(world, lua);
    assert_false(world_check(world));
    struct text found = world_found(world);
    if (world->findings.count != 1)
        findings_print(&world->findings, "", stderr);
    assert_int_equal(world->findings.count, 1);
    return found;
}

/* TEXT, where only a constant may stand. */
#define BYTES(literal) {"" literal, sizeof(literal) - 1}

static void other_bytes_are_refused(void **state)
{
    (void)state;
    static const struct refused {
        struct text lua;
        const char *found;
    } cases[] = {
        {BYTES("\x1bLua\x54\0\x19\x93\r\n\x1a\n"),
         "refused: lua_refused 1:1 the file was compiled already: write it as text"},
        {BYTES("\xef\xbb\xbf" "function f() end"),
         "refused: invisible_character 1:1 an invisible character: delete it"},
        {BYTES("function f() return 1\0 end"), "refused: invisible_character 1:22 a control character: delete it"},
        {BYTES("f\0u\0n\0"), "refused: invisible_character 1:2 a control character: delete it"},
        {BYTES("-- \xff"), "refused: invisible_character 1:4 not a character: delete it"},
        {BYTES("-- \xc3\xa9\xc3\xa9\xc3"), "refused: invisible_character 1:6 not a character: delete it"},
        {BYTES("local a\rlocal b"), "refused: invisible_character 1:8 a control character: delete it"},
        {BYTES("# a comment as in YAML\nf = 1"), "refused: lua_syntax 1:1 unexpected symbol near `#`"},
        {BYTES("return '\\"), "refused: lua_syntax 1:1 unfinished string near <eof>"},
        {BYTES("x ="), "refused: lua_syntax 1:1 unexpected symbol near <eof>"},
        {BYTES("x = [==["), "refused: lua_syntax 1:1 unfinished long string (starting at line 1) near <eof>"},
        {BYTES(""), "refused: unknown_function 2:16 `almere/2022/almere.lua` defines no function `f`"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world world;
        struct text found = found_in(&world, cases[i].lua);
        assert_string_equal(text_string(&world.arena, found), cases[i].found);
        world_finish(&world);
    }
}

static void a_file_has_its_size(void **state)
{
    (void)state;
    struct world world;
    size_t room = LUA_FILE_BYTES_MAX + 1;
    char *lua = malloc(room);
    assert_non_null(lua);
    memset(lua, '\n', room);
    memcpy(lua, "function f() return 8 end", 25);
    struct text found = found_in(&world, (struct text){lua, room});
    assert_true(text_is(found, "refused: too_large 1:1 the file has 65537 bytes, at most 65536 are read"));
    world_finish(&world);
    world_init(&world, (struct text){lua, room - 1});
    assert_true(world_check(&world));
    struct answer answer = world_call(&world, NULL);
    assert_true(answer.known && answer.value.as.number == 8);
    world_finish(&world);
    free(lua);
}

static void all_mistakes_at_once(void **state)
{
    (void)state;
    struct world world;
    world_init(&world, TEXT("function f(a)\n  return a / 2 & 1\nend\ngoto x\nlocal y <close> = 1.5\n"));
    assert_false(world_check(&world));
    findings_sort(&world.findings);
    assert_int_equal(world.findings.count, 5);
    static const size_t lines[] = {2, 2, 4, 5, 5}, columns[] = {12, 16, 1, 9, 19};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(world.findings.items[i].place.line, lines[i]);
        assert_int_equal(world.findings.items[i].place.column, columns[i]);
    }
    world_finish(&world);
}

static void names_are_all_checked(void **state)
{
    (void)state;
    struct world world;
    world_init(&world, TEXT("function f(a)\n  return foo(a) + bar + foo(1)\nend\nfunction g() x = 1 x = 2 end\n"));
    assert_false(world_check(&world));
    assert_int_equal(world.findings.count, 3);
    world_finish(&world);
}

static void a_covenant_may_have_no_file(void **state)
{
    (void)state;
    struct world world;
    world_init(&world, TEXT(""));
    world.covenant.lua = NULL;
    assert_false(world_check(&world));
    assert_int_equal(world.findings.count, 1);
    assert_string_equal(world.findings.items[0].code, "unknown_function");
    world.findings.count = world.findings.errors = 0;
    world.derived.kind = DERIVED_OF;
    assert_true(world_check(&world));
    assert_int_equal(world.findings.count, 0);
    world_finish(&world);
}

static void a_text_is_one_of_its_choices(void **state)
{
    (void)state;
    struct world world;
    struct text_list choices = {0};
    world_init(&world, TEXT("function f(list, on, cents, text) return text end"));
    text_list_add(&world.arena, &choices, TEXT("clinic"));
    world.derived.type = (struct type){TYPE_TEXT, &choices};
    struct text failed = answer_written(&world.arena, world_call(&world, NULL));
    assert_true(text_is(failed, "fails: function `f`: returned `shelter`, expected one of the choices"));
    text_list_add(&world.arena, &choices, TEXT("shelter"));
    assert_true(text_is(answer_written(&world.arena, world_call(&world, NULL)), "gives: `shelter`"));
    world_finish(&world);
}

static void each_version_has_its_own(void **state)
{
    (void)state;
    struct world old, new;
    world_init(&old, TEXT("function f() return 2021 end"));
    world_init(&new, TEXT("function f() return 2022 end"));
    struct interpreter *own = new.interpreter;
    new.interpreter = old.interpreter;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(world_call(&old, NULL).value.as.number, 2021);
        assert_int_equal(world_call(&new, NULL).value.as.number, 2022);
    }
    new.interpreter = own;
    world_finish(&new);
    world_finish(&old);
    interpreter_close(NULL);
}

/* A case may hold CASE_EVENTS_MAX events, and a function may look at all of them. */
static void all_events_of_a_case_fit(void **state)
{
    (void)state;
    struct world world;
    world_init(&world, TEXT("function f(list)\n  local n, by = 0, {}\n  for i, entry in ipairs(list) do\n"
                            "    by[entry.on .. i] = entry.outcome\n  end\n"
                            "  for on, outcome in pairs(by) do\n"
                            "    if outcome == \"positive\" then n = n + 1 end\n  end\n"
                            "  return n\nend\n"));
    assert_true(world_check(&world));
    world.arguments[0] = entries_argument(&world, CASE_EVENTS_MAX);
    assert_true(text_is(answer_written(&world.arena, world_call(&world, NULL)), "gives: 2667"));
    world_finish(&world);
}

/* Memory runs out while the arguments are made: now in this one, now in that. */
static void arguments_may_not_fit(void **state)
{
    (void)state;
    struct world world;
    world_init(&world, TEXT("function f(...) return select('#', ...) end"));
    struct script_argument arguments[64];
    size_t failures = 0;
    for (size_t count = 0; count <= 64; count += 4) {
        for (size_t i = 0; i < count; i++)
            arguments[i] = i ? arguments[0] : entries_argument(&world, CASE_EVENTS_MAX - count);
        struct script_call call = {&world.covenant, &world.derived, arguments, count};
        struct answer answer = script_call(world.interpreter, &world.arena, &call, NULL);
        failures += !answer.known;
        if (answer.known)
            assert_int_equal(answer.value.as.number, count);
        else
            assert_string_equal(text_string(&world.arena, answer.causes->detail),
                                "function `f`: passed its memory of 16777216 bytes");
    }
    assert_in_range(failures, 4, 14);
    world_finish(&world);
}

static void a_long_text_does_not_fit(void **state)
{
    (void)state;
    struct world world;
    world_init(&world, TEXT("function f(list, on, cents, text) return #text end"));
    struct text text = {arena_alloc(&world.arena, LUA_TEXT_MAX + 1000), LUA_TEXT_MAX};
    world.arguments[3].scalar.as.text = text;
    assert_int_equal(world_call(&world, NULL).value.as.number, LUA_TEXT_MAX);
    world.arguments[3].scalar.as.text.length += 1000;
    struct text failed = answer_written(&world.arena, world_call(&world, NULL));
    assert_true(text_is(failed, "fails: function `f`: made a text of more than 16384 bytes"));
    world_finish(&world);
}

/* With memory for so much and no more, for every amount until all works: a mishap each time, and never a crash. */
static void memory_may_end_anywhere(void **state)
{
    (void)state;
    struct world world;
    world_init(&world, TEXT("local names = {a = 1, b = 2}\nfunction f(list, on)\n  local s = \"\"\n"
                            "  for k in pairs(names) do s = s .. k .. add(on, \"P1D\") end\n"
                            "  local t = {list, {s}, function() return s end}\n  return #t + #s\nend\n"));
    struct text lua = script_rewrite(&world.arena, &world.lua, NULL, NULL);
    struct script_call call = {&world.covenant, &world.derived, world.arguments, 5};
    size_t opened = 0, loaded = 0, called = 0;
    for (size_t memory = 0; called < 16 && memory < LUA_MEMORY_MAX; memory += 16) {
        struct sandbox *sandbox = sandbox_open(memory);
        struct lua_value value;
        struct mishap mishap;
        opened += sandbox != NULL;
        bool good = sandbox && sandbox_load(sandbox, lua, &mishap);
        loaded += good;
        assert_true(!good || sandbox_has_function(sandbox, TEXT("f")) || called == 0);
        bool gives = good && sandbox_call(sandbox, &call, &value, &mishap);
        if (sandbox && !gives)
            assert_non_null(strstr(mishap.why, "passed its memory"));
        if (gives)
            assert_int_equal(value.integer, 3 + 22);
        called += gives;
        sandbox_close(sandbox);
    }
    assert_int_equal(called, 16);
    assert_true(opened > loaded && loaded > called);
    world_finish(&world);
}

/* ---- files of the corpus, spoilt ---- */

static uint32_t random_next(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* A byte changed, a stretch taken out, a stretch said twice. */
static struct text spoil(struct arena *arena, struct text text, uint32_t *seed)
{
    static const char signs[] = "()[]{}=~<>#,;:.\"'\\-+*%&|/^\n end do if f x 1 _";
    struct text copy = text_copy(arena, text);
    char *bytes = arena_alloc(arena, text.length * 2 + 1);
    size_t from = random_next(seed) % (text.length + 1), length = random_next(seed) % 40;
    struct text stretch = text_slice(copy, from, from + length), rest = text_slice(copy, from, copy.length);
    memcpy(bytes, copy.at, from);
    size_t used = from;
    switch (random_next(seed) % 3) {
    case 0:
        memcpy(bytes + used, rest.at, rest.length);
        bytes[random_next(seed) % (text.length + 1)] = signs[random_next(seed) % (sizeof signs - 1)];
        used += rest.length;
        break;
    case 1:
        rest = text_slice(copy, from + stretch.length, copy.length);
        memcpy(bytes + used, rest.at, rest.length);
        used += rest.length;
        break;
    default:
        memcpy(bytes + used, stretch.at, stretch.length);
        memcpy(bytes + used + stretch.length, rest.at, rest.length);
        used += stretch.length + rest.length;
        break;
    }
    return (struct text){bytes, used};
}

#define SPOILT_MAX 900

static void spoilt_files_are_refused_or_contained(void **state)
{
    (void)state;
    struct arena arena = {0};
    arena_init(&arena);
    const char *names[CORPUS_MAX];
    size_t count = corpus_names(&arena, names), good = 0;
    uint32_t seed = 20220926;
    for (size_t i = 0; i < SPOILT_MAX; i++) {
        struct world world;
        struct arena file = {0};
        arena_init(&file);
        struct text lua = corpus_read(&file, names[i % count]);
        if (lua.length < 4096) {
            world_init(&world, spoil(&file, lua, &seed));
            long long instructions;
            struct text outcome = corpus_outcome(&world, TEXT(""), &instructions);
            good += !text_starts_with(outcome, "refused");
            world_finish(&world);
        }
        arena_finish(&file);
    }
    assert_true(good > SPOILT_MAX / 20);
    arena_finish(&arena);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--costs") == 0)
        return print_costs();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_does_as_it_says),
        cmocka_unit_test(two_processes_agree),
        cmocka_unit_test(other_bytes_are_refused),
        cmocka_unit_test(a_file_has_its_size),
        cmocka_unit_test(all_mistakes_at_once),
        cmocka_unit_test(names_are_all_checked),
        cmocka_unit_test(a_covenant_may_have_no_file),
        cmocka_unit_test(a_text_is_one_of_its_choices),
        cmocka_unit_test(each_version_has_its_own),
        cmocka_unit_test(all_events_of_a_case_fit),
        cmocka_unit_test(arguments_may_not_fit),
        cmocka_unit_test(a_long_text_does_not_fit),
        cmocka_unit_test(memory_may_end_anywhere),
        cmocka_unit_test(spoilt_files_are_refused_or_contained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
