/* Days and years of the logs, at moments that the test gives. */
#include "audit/journal.h"
#include "audit/leaf.h"
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <signal.h>

#include <cmocka.h>

static struct arena arena;
static struct journal *journal;
static char folder[64];
static struct fault fault;

static int begin(void **state)
{
    (void)state;
    arena_init(&arena);
    strcpy(folder, "/tmp/test_day.XXXXXX");
    if (!mkdtemp(folder) || !digest_init())
        return -1;
    journal = journal_open(folder, NULL, &fault);
    return journal ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    journal_close(journal);
    journal = NULL;
    arena_finish(&arena);
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static void reopen(void)
{
    journal_close(journal);
    journal = journal_open(folder, NULL, &fault);
    if (!journal)
        fail_msg("%s", fault.message);
}

static struct moment at(const char *text)
{
    struct moment moment;
    struct date date;
    assert_true(moment_parse(text_of(text), &moment, &date));
    return moment;
}

static void day(struct moment now)
{
    if (!journal_day(journal, now, &fault) || !journal_commit(journal, &fault))
        fail_msg("%s", fault.message);
}

/* Logs that are named for a year that is not over, whenever the test is run. */
static struct text append(const char *log, const char *decision)
{
    struct record record = {
        .log = text_of(log),
        .kind = decision ? RECORD_DECISION : RECORD_RESTART,
        .client = TEXT("local"),
        .request = TEXT("{}"),
        .decision = text_of(decision ? decision : "{}"),
    };
    if (!journal_append(journal, &arena, &record, NULL, &fault))
        fail_msg("%s", fault.message);
    return record.log;
}

static void commit(void)
{
    if (!journal_commit(journal, &fault))
        fail_msg("%s", fault.message);
}

static struct record_list records(const char *log)
{
    struct record_list list;
    struct record_query query = {.log = text_of(log), .limit = 1000};
    assert_true(journal_find(journal, &arena, &query, &list, &fault));
    return list;
}

/* The last leaf of a log: its kind, and its `about`. */
static void assert_last(const char *log, size_t count, const char *kind, const char *about)
{
    struct record_list list = records(log);
    struct leaf leaf;
    struct text problem;
    assert_int_equal(list.count, count);
    assert_true(leaf_read(&arena, list.items[count - 1].leaf, &leaf, &problem));
    assert_string_equal(text_string(&arena, leaf.kind), kind);
    if (about)
        assert_string_equal(text_string(&arena, json_write(&arena, leaf.about)), about);
}

static void test_one_leaf_a_day(void **state)
{
    (void)state;
    append("almere/2199", NULL);
    append("daemon", NULL);
    commit();
    day(moment_now());
    assert_int_equal(records("daemon").count, 1); /* its first leaf is that of its day */
    /* Midnight is that of Amsterdam: at half past ten in the evening in Greenwich it is the next day, in summer. */
    day(at("2190-06-30T21:59:59Z"));
    assert_last("daemon", 2, "daily", NULL);
    day(at("2190-06-30T21:59:59Z"));
    assert_last("daemon", 2, "daily", NULL);
    day(at("2190-06-30T22:00:00Z"));
    assert_last("daemon", 3, "daily", "{\"day\":\"2190-07-01\",\"size\":2}");
    day(at("2190-07-01T23:30:00+02:00"));
    day(at("2190-07-04T00:00:00+02:00"));
    assert_last("daemon", 4, "daily", "{\"day\":\"2190-07-04\",\"since\":\"2190-07-02\",\"size\":3}");
    assert_last("almere/2199", 4, "daily", "{\"day\":\"2190-07-04\",\"since\":\"2190-07-02\",\"size\":3}");
    /* An earlier day writes nothing, and no time goes back. */
    day(at("2190-07-03T12:00:00+02:00"));
    append("daemon", NULL);
    commit();
    struct record_list list = records("daemon");
    assert_int_equal(list.count, 5);
    assert_string_equal(text_string(&arena, list.items[4].time), "2190-07-04T00:00:00+02:00");
}

static void test_what_was_not_committed_comes_again(void **state)
{
    (void)state;
    append("almere/2189", NULL);
    append("daemon", NULL);
    commit();
    for (int turn = 0; turn < 3; turn++) {
        assert_true(journal_day(journal, at("2190-01-01T00:00:00+01:00"), &fault));
        assert_int_equal(records("almere/2189").count, 2);
        assert_int_equal(records("almere/2190").count, 1);
        journal_rollback(journal);
        assert_int_equal(records("almere/2189").count, 1);
        assert_int_equal(records("almere/2190").count, 0);
        append("almere/2189", NULL); /* it is open still */
        journal_rollback(journal);
    }
    day(at("2190-01-01T00:00:00+01:00"));
    assert_last("almere/2189", 2, "closing", NULL);
    assert_last("almere/2190", 1, "daily", NULL);
    reopen();
    assert_string_equal(text_string(&arena, append("almere/2189", NULL)), "almere/2190");
    assert_string_equal(text_string(&arena, append("almere/2190", NULL)), "almere/2190");
    /* The clock was set back over New Year, or a record was named for the year that had not turned yet. */
    assert_string_equal(text_string(&arena, append("almere/2191", NULL)), "almere/2190");
    commit();
    assert_int_equal(records("almere/2190").count, 4);
    assert_int_equal(records("almere/2191").count, 0);
}

static void test_each_region_has_its_own_year(void **state)
{
    (void)state;
    append("almere/2189", NULL);
    append("almere-oost/2189", NULL);
    append("daemon", NULL);
    commit();
    day(at("2190-01-01T00:00:00+01:00"));
    assert_string_equal(text_string(&arena, append("almere/2190", NULL)), "almere/2190");
    commit();
    assert_int_equal(records("almere-oost/2190").count, 1);
    assert_int_equal(records("almere/2190").count, 2);
    assert_last("daemon", 2, "daily", NULL);
    /* Year after year. */
    for (int year = 2191; year < 2195; year++) {
        day(at(text_string(&arena, text_format(&arena, "%d-01-01T00:00:00+01:00", year))));
        struct value *head = json_read(&arena, records(text_string(&arena, text_format(&arena, "almere/%d", year)))
                                                   .items[0].decision, &(struct json_error){0});
        assert_string_equal(text_string(&arena, value_get(value_get(head, "previous"), "log")->text),
                            text_string(&arena, text_format(&arena, "almere/%d", year - 1)));
    }
    assert_int_equal(records("almere/2190").count, 3);
}

/* Appends decisions with these outcomes, `count` times each, and gives what the closing says of them. */
static const char *closed(const char *const *outcomes, const int *counts, size_t count)
{
    append("almere/2189", NULL);
    for (size_t i = 0; i < count; i++)
        for (int n = 0; n < counts[i]; n++)
            append("almere/2189", text_string(&arena, text_format(&arena, "{\"case\":\"a\",\"eligibility\":{\"outcome\":\"%s\"}}",
                                                                  outcomes[i])));
    commit();
    day(at("2190-01-01T00:00:00+01:00"));
    struct record_list list = records("almere/2189");
    struct json_error error;
    struct value *holds = json_read(&arena, list.items[list.count - 1].decision, &error);
    assert_int_equal(list.items[list.count - 1].kind, RECORD_CLOSING);
    return text_string(&arena, json_write(&arena, value_get(holds, "counts")));
}

static void test_small_counts_are_not_told(void **state)
{
    (void)state;
    static const char *const outcomes[] = {"eligible", "not_eligible", "undetermined"};
    static const struct {
        int counts[3];
        const char *told;
    } rows[] = {
        {{0, 0, 0}, "{}"},
        {{10, 0, 0}, "{\"eligibility\":{\"eligible\":10}}"},
        {{9, 0, 0}, "{\"eligibility\":{\"eligible\":\"fewer than 10\"}}"},
        {{20, 12, 10}, "{\"eligibility\":{\"eligible\":20,\"not_eligible\":12,\"undetermined\":10}}"},
        /* One that is hidden alone would be the rest of all decisions: the next one is withheld too. */
        {{20, 12, 1}, "{\"eligibility\":{\"eligible\":20,\"not_eligible\":\"withheld\",\"undetermined\":\"fewer than 10\"}}"},
        {{20, 4, 5}, "{\"eligibility\":{\"eligible\":\"withheld\",\"not_eligible\":\"fewer than 10\",\"undetermined\":\"fewer than 10\"}}"},
        {{300, 4, 6}, "{\"eligibility\":{\"eligible\":300,\"not_eligible\":\"fewer than 10\",\"undetermined\":\"fewer than 10\"}}"},
        {{3, 0, 0}, "{\"eligibility\":{\"eligible\":\"fewer than 10\"}}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(closed(outcomes, rows[i].counts, 3), rows[i].told);
        end(NULL);
        assert_int_equal(begin(NULL), 0);
    }
}

static void test_a_leaf_of_the_longest_names_fits(void **state)
{
    (void)state;
    char log[80];
    memset(log, 'a', 64);
    strcpy(log + 64, "/2189");
    append(log, NULL);
    commit();
    day(at("2190-03-01T00:00:00+01:00"));
    assert_last(log, 2, "closing", NULL);
}

static void test_no_room_at_new_year(void **state)
{
    (void)state;
    append("almere/2189", NULL);
    commit();
    struct rlimit unlimited, limited = {8192, RLIM_INFINITY};
    getrlimit(RLIMIT_FSIZE, &unlimited);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limited);
    bool done = journal_day(journal, at("2190-01-01T00:00:00+01:00"), &fault) && journal_commit(journal, &fault);
    setrlimit(RLIMIT_FSIZE, &unlimited);
    assert_false(done);
    assert_int_equal(fault.kind, FAULT_FULL);
    journal_rollback(journal);
    day(at("2190-01-02T00:00:00+01:00"));
    assert_last("almere/2189", 2, "closing", NULL);
    assert_last("almere/2190", 1, "daily", NULL);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_one_leaf_a_day),
        TEST(test_what_was_not_committed_comes_again),
        TEST(test_each_region_has_its_own_year),
        TEST(test_small_counts_are_not_told),
        TEST(test_a_leaf_of_the_longest_names_fits),
        TEST(test_no_room_at_new_year),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
