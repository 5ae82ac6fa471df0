/*
 * Deciding alone, in process: from the request's JSON text to the decision's, as often as fits in some seconds; and
 * what a loaded covenant costs in memory beyond the text of its files.
 *
 *     deciding speed RULES REQUEST DATE SECONDS      prints decisions a second
 *     deciding memory RULES                          prints bytes of memory, bytes of rule files, covenants
 */
#include "base/json.h"
#include "engine/decide.h"

#include <assert.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static size_t allocated(void)
{
    struct mallinfo2 information = mallinfo2();
    return information.uordblks + information.hblkhd;
}

static void decide_once(const struct rules *rules, struct text request, struct date on)
{
    struct arena arena;
    struct json_error error;
    struct refusals refusals;
    struct case_file case_file;
    struct asked asked;
    struct pointer root = {0}, at = {.parent = &root, .name = TEXT("case")};
    arena_init(&arena);
    refusals_init(&refusals, &arena);
    struct value *value = json_read(&arena, request, &error);
    assert(value);
    bool good = case_read(&arena, rules, value_get(value, "case"), &at, &case_file, &refusals) &&
                asked_read(rules, value, &asked, &refusals);
    assert(good);
    struct value *decision = decide(&arena, rules, &case_file, on, &asked, &refusals);
    assert(decision);
    struct text written = json_write(&arena, decision);
    assert(written.length > 0);
    arena_finish(&arena);
}

/* Leaves the files and findings in `arena`: an edition has copies of its own. */
static struct edition *load(struct arena *arena, const char *folder, size_t *bytes)
{
    struct file_set files = {0};
    struct findings findings;
    struct fault fault = {0};
    findings_init(&findings, arena);
    bool read = files_read(arena, folder, &files, &findings, &fault);
    assert(read);
    for (size_t i = 0; i < files.count; i++)
        *bytes += files.items[i].text.length;
    struct edition *edition = edition_load(&files, false, &findings);
    if (!edition) {
        findings_print(&findings, "", stderr);
        exit(1);
    }
    return edition;
}

static int measure_speed(char **arguments)
{
    struct arena arena;
    struct fault fault = {0};
    struct text request;
    struct date on;
    size_t bytes = 0;
    unsigned long decided = 0;
    arena_init(&arena);
    bool read = file_read(&arena, arguments[1], (size_t)1 << 20, &request, &fault) && date_parse(text_of(arguments[2]), &on);
    assert(read);
    double seconds = strtod(arguments[3], NULL);
    struct edition *edition = load(&arena, arguments[0], &bytes);
    double began = seconds_now(), now = began;
    for (; now - began < seconds; now = seconds_now(), decided++)
        decide_once(edition->rules, request, on);
    printf("%.1f\n", (double)decided / (now - began));
    edition_release(edition);
    arena_finish(&arena);
    return 0;
}

static int measure_memory(const char *folder)
{
    struct arena arena;
    size_t bytes = 0, covenants = 0;
    arena_init(&arena);
    size_t before = allocated();
    struct edition *edition = load(&arena, folder, &bytes);
    arena_finish(&arena); /* what loading needed besides the edition */
    size_t after = allocated();
    for (size_t i = 0; i < edition->rules->regions_count; i++)
        covenants += edition->rules->regions[i]->versions_count;
    printf("%zu %zu %zu\n", after - before, bytes, covenants);
    edition_release(edition);
    return 0;
}

int main(int count, char **arguments)
{
    if (count == 6 && strcmp(arguments[1], "speed") == 0)
        return measure_speed(arguments + 2);
    if (count == 3 && strcmp(arguments[1], "memory") == 0)
        return measure_memory(arguments[2]);
    fprintf(stderr, "usage: deciding speed RULES REQUEST DATE SECONDS | deciding memory RULES\n");
    return 64;
}
