/*
 * Decides many cases in one process, for tests: `decide_lines RULES` loads a folder without running its examples, then
 * reads requests from standard input, one JSON object a line, {"case", "on"} and what else `decide` takes, and writes
 * for each the canonical decision, or {"error": {...}}.
 */
#include "base/json.h"
#include "base/limits.h"
#include "engine/decide.h"

#include <stdio.h>
#include <stdlib.h>

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

int main(int argc, char **argv)
{
    struct edition *edition = argc == 2 ? load(argv[1]) : NULL;
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    if (!edition) {
        fputs(argc == 2 ? "the rules were not loaded\n" : "use: decide_lines RULES\n", stderr);
        return argc == 2 ? 65 : 64;
    }
    while ((length = getline(&line, &room, stdin)) > 0) {
        struct arena arena;
        arena_init(&arena);
        struct text answered = answer(&arena, edition->rules, (struct text){line, (size_t)length});
        fwrite(answered.at, 1, answered.length, stdout);
        putchar('\n');
        fflush(stdout);
        arena_finish(&arena);
    }
    free(line);
    edition_release(edition);
    return 0;
}
