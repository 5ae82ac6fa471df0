/*
 * Any bytes as a case of Almere, whose two versions have most of what the language has. What is refused says why. What is taken is decided on a fixed day, with its trace and what would flip it, and
 * for a role: the same bytes each time, canonical JSON that reads back as itself; the trace changes nothing else; the
 * client gets the whole.
 */
#include "base/json.h"
#include "base/limits.h"
#include "engine/decide.h"

#include <assert.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FOLDER "rules"

/* Loaded once: the one thing that is kept from input to input, as in a worker. One region: that is quick to load. */
static const struct rules *rules_loaded(void)
{
    static struct edition *edition;
    struct arena arena;
    struct file_set all = {0}, files = {0};
    struct findings findings;
    struct fault fault = {0};
    if (edition)
        return edition->rules;
    arena_init(&arena);
    findings_init(&findings, &arena);
    bool read = digest_init() && files_read(&arena, FOLDER, &all, &findings, &fault);
    for (size_t i = 0; read && i < all.count; i++)
        if (text_starts_with(all.items[i].path, "national/") || text_starts_with(all.items[i].path, "almere/"))
            files_add(&arena, &files, all.items[i].path, all.items[i].text);
    if (files.count)
        edition = edition_load(&files, false, &findings);
    findings_print(&findings, "", stderr);
    if (!edition) {
        fputs("no rules in " FOLDER ": run this from the top of the tree\n", stderr);
        exit(1);
    }
    arena_finish(&arena);
    return edition->rules;
}

static struct text written(struct arena *arena, const struct value *decision)
{
    struct json_error error;
    struct text text = json_write(arena, decision);
    const struct value *again = json_read(arena, text, &error);
    assert(again && value_equal(again, decision) && text_equal(json_write(arena, again), text));
    return text;
}

static struct text decided(struct arena *arena, const struct case_file *case_file, const struct asked *asked)
{
    struct refusals refusals;
    struct date on;
    bool there = date_of(2022, 9, 26, &on);
    assert(there);
    refusals_init(&refusals, arena);
    struct value *decision = decide(arena, rules_loaded(), case_file, on, asked, &refusals);
    assert(!decision == (refusals.count > 0));
    return written(arena, decision ? decision : refusals_value(&refusals));
}

static void check_decisions(struct arena *arena, const struct case_file *case_file)
{
    struct asked plain = {0}, all = {.trace = true, .flip = true}, one = all, client = plain;
    struct json_error error;
    one.for_role = TEXT("housing_corporation");
    client.for_role = TEXT("client");
    struct text whole = decided(arena, case_file, &plain), traced = decided(arena, case_file, &all);
    assert(text_equal(whole, decided(arena, case_file, &plain)));
    assert(text_equal(whole, decided(arena, case_file, &client)));
    decided(arena, case_file, &one);
    struct value *decision = json_read(arena, traced, &error);
    struct value *eligibility = value_get(decision, "eligibility");
    value_remove(decision, "trace");
    if (eligibility)
        value_remove(eligibility, "flips_with");
    assert(text_equal(json_write(arena, decision), whole));
}

static void check_case(struct arena *arena, struct text text)
{
    struct json_error error;
    struct refusals refusals;
    struct pointer root = {0}, at = {.parent = &root, .name = TEXT("case")};
    struct case_file case_file, again;
    const struct value *source = json_read(arena, text, &error);
    if (!source)
        return;
    refusals_init(&refusals, arena);
    if (!case_read(arena, rules_loaded(), source, &at, &case_file, &refusals)) {
        assert(refusals.count);
        written(arena, refusals_value(&refusals));
        return;
    }
    assert(refusals.count == 0);
    const struct value *same = json_read(arena, json_write(arena, source), &error);
    assert(same && case_read(arena, rules_loaded(), same, &at, &again, &refusals));
    assert(again.entries_count == case_file.entries_count);
    check_decisions(arena, &case_file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    jmp_buf escape;
    if (size > REQUEST_BYTES_MAX)
        return 0;
    arena_init(&arena);
    arena.limit = CASE_MEMORY_MAX * 8; /* several decisions in one */
    arena.escape = &escape;
    if (setjmp(escape) == 0)
        check_case(&arena, (struct text){(const char *)data, size});
    arena_finish(&arena);
    return 0;
}
