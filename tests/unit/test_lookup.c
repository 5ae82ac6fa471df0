/*
 * Look-ups by case and by request against a plain map: records in batches, some rolled back, cases erased, and between
 * them the journal ends without a word (what lies on the disk then is copied, and opened), is closed, or goes on.
 *
 * COVENANT_RECORDS says how many (25000), COVENANT_SEED which; both are printed with what failed.
 */
#include "audit/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define CASES 4000
#define BATCH_MAX 300
#define LIST_MAX 1000

/* What should be there. */
struct known {
    size_t record, count, capacity; /* of each case, by its number; `count` of the ids below */
    long long *ids;                 /* places in `told` */
    bool erased;
};
struct told {
    char id[40];
    int case_number, request; /* request: its number, is that of the record */
};

static struct arena arena;
static struct journal *journal;
static char folder[64];
static struct fault fault;
static uint64_t seed, state;
static size_t wanted;
static struct known cases[CASES];
static struct told *told;
static size_t told_count;

static uint64_t random_below(uint64_t limit)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % limit;
}

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            fail_msg("%s, after %zu records\nto repeat: COVENANT_SEED=%llu COVENANT_RECORDS=%zu "                      \
                     "build/unit/test_lookup",                                                                         \
                     #condition, told_count, (unsigned long long)seed, wanted);                                        \
    } while (0)

static void open_it(void)
{
    journal = journal_open(folder, NULL, &fault);
    if (!journal)
        fail_msg("%s", fault.message);
}

static int begin(void **unused)
{
    (void)unused;
    const char *seed_text = getenv("COVENANT_SEED"), *records_text = getenv("COVENANT_RECORDS");
    seed = seed_text ? strtoull(seed_text, NULL, 10) : 7;
    wanted = records_text ? strtoul(records_text, NULL, 10) : getenv("SANITIZED") ? 10000 : 25000;
    state = seed * 0x9E3779B97F4A7C15ULL + 1;
    told = calloc(wanted + BATCH_MAX, sizeof *told);
    arena_init(&arena);
    strcpy(folder, "/tmp/test_lookup.XXXXXX");
    if (!told || !mkdtemp(folder) || !digest_init())
        return -1;
    journal = journal_open(folder, NULL, &fault);
    return journal ? 0 : -1;
}

static int end(void **unused)
{
    (void)unused;
    char command[200];
    journal_close(journal);
    arena_finish(&arena);
    free(told);
    for (size_t i = 0; i < CASES; i++)
        free(cases[i].ids);
    snprintf(command, sizeof command, "rm -rf '%s' '%s.copy'", folder, folder);
    return system(command);
}

static struct request_key key_of(struct arena *scratch, size_t request, const char *body)
{
    return (struct request_key){TEXT("local"), TEXT("decide"), TEXT("almere"),
                                text_format(scratch, "request-%zu", request), text_of(body)};
}

static void add(struct arena *scratch, int case_number, size_t request, struct told *to)
{
    struct text name = text_format(scratch, "case-%d", case_number);
    struct request_key key = key_of(scratch, request, "{}");
    struct record record = {
        .log = TEXT("almere/2199"),
        .kind = RECORD_DECISION,
        .client = TEXT("local"),
        .request = TEXT("{}"),
        .decision = TEXT("{}"),
        .region = TEXT("almere"),
        .case_id = name,
    };
    if (!journal_append(journal, scratch, &record, &key, &fault))
        fail_msg("%s", fault.message);
    snprintf(to->id, sizeof to->id, "%.*s", TEXT_ARGS(record.id));
    to->case_number = case_number;
}

static void remember(long long place)
{
    struct known *known = &cases[told[place].case_number];
    if (known->count == known->capacity) {
        known->capacity = known->capacity ? 2 * known->capacity : 8;
        known->ids = realloc(known->ids, known->capacity * sizeof *known->ids);
        assert_non_null(known->ids);
    }
    known->ids[known->count++] = place;
}

/* A batch, of which half the time some was rolled back before; what is rolled back uses no request up. */
static void batch(void)
{
    struct arena scratch;
    struct told dropped;
    arena_init(&scratch);
    if (random_below(8) == 0) {
        for (size_t i = random_below(BATCH_MAX); i > 0; i--)
            add(&scratch, (int)random_below(CASES), told_count + i, &dropped);
        journal_rollback(journal);
    }
    size_t count = 1 + random_below(BATCH_MAX);
    for (size_t i = 0; i < count; i++) {
        /* Few cases have many records. An erased case is known no more, and is another one when it comes back. */
        int number = (int)(random_below(4) ? random_below(CASES) : random_below(20));
        while (cases[number].erased)
            number = (int)random_below(CASES);
        add(&scratch, number, told_count + i, &told[told_count + i]);
    }
    CHECK(journal_commit(journal, &fault));
    for (size_t i = 0; i < count; i++)
        remember((long long)told_count++);
    arena_finish(&scratch);
}

static void check_case(int number)
{
    struct arena scratch;
    struct record_list list;
    long long slot;
    arena_init(&scratch);
    const struct known *known = &cases[number];
    struct text name = text_format(&scratch, "case-%d", number);
    struct record_query query = {.log = TEXT("almere/2199"), .case_id = name, .limit = LIST_MAX};
    CHECK(journal_case_slot(journal, &scratch, TEXT("almere"), name, &slot, &fault));
    CHECK((slot > 0) == (known->count > 0 && !known->erased));
    CHECK(journal_find(journal, &scratch, &query, &list, &fault));
    CHECK(list.count == (known->erased ? 0 : known->count < LIST_MAX ? known->count : LIST_MAX));
    for (size_t i = 0; i < list.count; i++)
        CHECK(text_is(list.items[i].id, told[known->ids[i]].id) && list.items[i].state == RECORD_WHOLE);
    arena_finish(&scratch);
}

static void check_request(size_t request)
{
    struct arena scratch;
    struct record record;
    enum journal_seen seen;
    arena_init(&scratch);
    bool there = request < told_count, erased = there && cases[told[request].case_number].erased;
    struct request_key key = key_of(&scratch, request, "{}"), other = key_of(&scratch, request, "{\"a\":1}");
    CHECK(journal_seen(journal, &scratch, &key, &seen, &record, &fault));
    CHECK(seen == (erased ? SEEN_ERASED : there ? SEEN_SAME : SEEN_NEVER));
    CHECK(seen != SEEN_SAME || text_is(record.id, told[request].id));
    CHECK(journal_seen(journal, &scratch, &other, &seen, &record, &fault));
    CHECK(seen == (erased ? SEEN_ERASED : there ? SEEN_OTHER : SEEN_NEVER));
    arena_finish(&scratch);
}

static void erase(int number)
{
    struct arena scratch;
    long long slot;
    arena_init(&scratch);
    struct text name = text_format(&scratch, "case-%d", number);
    CHECK(journal_case_slot(journal, &scratch, TEXT("almere"), name, &slot, &fault));
    if (slot > 0) {
        CHECK(journal_erase_later(journal, slot, &fault) && journal_commit(journal, &fault));
        bool any;
        CHECK(journal_erase_finish(journal, &any, &fault));
        cases[number].erased = true;
    }
    arena_finish(&scratch);
}

/* What a process leaves that ends here: the journal goes on from a copy of it. */
static void crash(void)
{
    char command[400], copy[sizeof folder + 8];
    snprintf(copy, sizeof copy, "%s.copy", folder);
    snprintf(command, sizeof command, "cp -r '%s' '%s'", folder, copy);
    CHECK(system(command) == 0);
    journal_close(journal);
    snprintf(command, sizeof command, "rm -rf '%s' && mv '%s' '%s'", folder, copy, folder);
    CHECK(system(command) == 0);
    open_it();
}

static void check_some(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check_case((int)random_below(CASES));
        check_request(random_below(told_count + 10));
    }
}

static void test_look_ups_find_what_a_map_finds(void **unused)
{
    (void)unused;
    while (told_count < wanted) {
        batch();
        for (size_t i = random_below(3); i > 0; i--)
            CHECK(journal_tidy(journal, &fault) && journal_check_step(journal, 300, &fault));
        check_some(3);
        uint64_t what = random_below(30);
        if (what < 3)
            erase((int)random_below(what ? CASES : 20));
        else if (what == 3)
            crash();
        else if (what == 4) {
            journal_close(journal);
            open_it();
        }
    }
    for (int number = 0; number < CASES; number++)
        check_case(number);
    for (size_t request = 0; request < told_count + 10; request++)
        check_request(request);
    journal_close(journal);
    open_it();
    while (!journal_progress(journal).over)
        CHECK(journal_check_step(journal, 1000, &fault));
    CHECK(journal_progress(journal).records == (long long)told_count);
    if (journal_damage(journal))
        fail_msg("%s", journal_damage(journal));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_look_ups_find_what_a_map_finds, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
