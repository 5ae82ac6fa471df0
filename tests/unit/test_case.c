/* Reading a case: every mistake by itself, with the place and the words that its sender gets; and the order of events. */
#include "base/json.h"
#include "base/limits.h"
#include "engine/case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static struct arena arena;
static const struct rules *rules;

static int load(void **state)
{
    (void)state;
    struct file_set *set;
    struct findings findings;
    struct fault fault = {0};
    arena_init(&arena);
    set = ARENA_NEW(&arena, struct file_set);
    findings_init(&findings, &arena);
    if (!digest_init() || !files_read(&arena, "tests/reject/good", set, &findings, &fault))
        return 1;
    rules = rules_read(&arena, set, &findings);
    findings_print(&findings, "", stderr);
    return rules ? 0 : 1;
}

static int unload(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

static bool read_text(struct text text, struct case_file *case_file, struct refusals *refusals)
{
    struct json_error error;
    struct pointer at = {NULL, TEXT("case"), 0};
    struct value *source = json_read(&arena, text, &error);
    refusals_init(refusals, &arena);
    if (!source)
        fail_msg("%s", error.message);
    return case_read(&arena, rules, source, &at, case_file, refusals);
}

/* "CODE AT: MESSAGE", a line for each. */
static struct text errors_of(struct text text)
{
    struct case_file case_file;
    struct refusals refusals;
    struct buffer buffer;
    bool right = read_text(text, &case_file, &refusals);
    assert_int_equal(right, refusals.count == 0);
    buffer_init(&buffer, &arena);
    for (size_t i = 0; i < refusals.count && i < ERRORS_MAX; i++)
        buffer_format(&buffer, "%s%s %.*s: %.*s", i ? "\n" : "", error_code_names[refusals.items[i].code],
                      TEXT_ARGS(refusals.items[i].at), TEXT_ARGS(refusals.items[i].message));
    return buffer_text(&buffer);
}

struct sample {
    const char *source;   /* the whole case, the value of one fact, or one event */
    const char *expected; /* without the code, and without the pointer that all of the table share */
};

static void assert_samples(const struct sample *samples, size_t count, const char *before, const char *after,
                            const char *prefix)
{
    for (size_t i = 0; i < count; i++) {
        struct text text = text_format(&arena, "%s%s%s", before, samples[i].source, after);
        struct text expected = *samples[i].expected ? text_format(&arena, "%s%s", prefix, samples[i].expected) : TEXT("");
        struct text errors = errors_of(text);
        if (!text_equal(errors, expected))
            fail_msg("%s\n  found    %.*s\n  expected %.*s", samples[i].source, TEXT_ARGS(errors), TEXT_ARGS(expected));
    }
}

#define ASSERT_SAMPLES(samples, before, after, prefix)                                                               \
    assert_samples(samples, sizeof(samples) / sizeof *(samples), before, after, prefix)

static void test_id(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"\"a\"", ""},
        {"\"Alm_2022.0017-b\"", ""},
        {"\"a23456789b123456789c123456789d123456789e123456789f123456789g1234\"", ""},
        {"\"a23456789b123456789c123456789d123456789e123456789f123456789g12345\"",
         "expected a pseudonym of 1 to 64 of A-Z a-z 0-9 . _ -, found `a23456789b123456789c123456789d123456789e123456789f123456789g...`"},
        {"\"\"", "expected a pseudonym of 1 to 64 of A-Z a-z 0-9 . _ -, found ``"},
        {"\"jan de vries\"", "expected a pseudonym of 1 to 64 of A-Z a-z 0-9 . _ -, found `jan de vries`"},
        {"\"caf\\u00e9\"", "expected a pseudonym of 1 to 64 of A-Z a-z 0-9 . _ -, found `caf\xc3\xa9`"},
        {"17", "expected a pseudonym of 1 to 64 of A-Z a-z 0-9 . _ -, found `17`"},
        {"null", "expected a pseudonym of 1 to 64 of A-Z a-z 0-9 . _ -, found null"},
        /* nine and eight digits that pass the eleven-test, and one beside each that does not */
        {"\"111222333\"", "expected a pseudonym, found a citizen service number (BSN): it passes the eleven-test"},
        {"\"111222334\"", ""},
        {"\"12345672\"", "expected a pseudonym, found a citizen service number (BSN): it passes the eleven-test"},
        {"\"12345673\"", ""},
        {"\"012345672\"", "expected a pseudonym, found a citizen service number (BSN): it passes the eleven-test"},
        {"\"1112.22.333\"", "expected a pseudonym, found a citizen service number (BSN): it passes the eleven-test"},
        {"\"BSN-111222333\"", "expected a pseudonym, found a citizen service number (BSN): it passes the eleven-test"},
        {"\"bsn12345672\"", "expected a pseudonym, found a citizen service number (BSN): it passes the eleven-test"},
        {"\"bs111222333\"", ""},
        {"\"alm-111222333\"", ""},
        {"\"2022.03.01\"", ""},
        {"\"1111111110\"", ""},
        {"\"000000000\"", ""},
    };
    ASSERT_SAMPLES(samples, "{\"region\": \"demo\", \"case\": ", "}", "invalid_case /case/case: ");
}

static void test_whole(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"{\"case\": \"a\", \"region\": \"demo\"}", ""},
        {"[]", "invalid_case /case: expected a case, an object with `case` and `region`, found a list"},
        {"null", "invalid_case /case: expected a case, an object with `case` and `region`, found null"},
        {"\"a\"", "invalid_case /case: expected a case, an object with `case` and `region`, found a text"},
        {"{\"case\": \"a\"}", "invalid_case /case: expected a member `region` here"},
        {"{\"region\": \"demo\"}", "invalid_case /case: expected a member `case` here: the pseudonym of the case"},
        {"{\"case\": \"a\", \"region\": 5}", "invalid_case /case/region: expected the name of a region, found a whole number"},
        {"{\"case\": \"a\", \"region\": \"demoo\"}",
         "unknown_region /case/region: unknown region `demoo`, did you mean `demo`?"},
        {"{\"case\": \"a\", \"region\": \"utrecht\"}",
         "unknown_region /case/region: unknown region `utrecht`, expected `demo`"},
        {"{\"case\": \"a\", \"region\": \"demo\", \"fact\": {}}",
         "invalid_case /case/fact: unknown member `fact`, did you mean `facts`?"},
        {"{\"case\": \"a\", \"region\": \"demo\", \"client/1\": {}}", "invalid_case /case/client~11: unknown member `client/1`"},
        {"{\"case\": \"a\", \"region\": \"demo\", \"facts\": []}",
         "invalid_case /case/facts: expected an object of facts, found a list"},
        {"{\"case\": \"a\", \"region\": \"demo\", \"facts\": null}",
         "invalid_case /case/facts: expected an object of facts, found null"},
        {"{\"case\": \"a\", \"region\": \"demo\", \"events\": {}}",
         "invalid_case /case/events: expected a list of events, found an object"},
    };
    ASSERT_SAMPLES(samples, "", "", "");
}

static void test_facts(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"\"landed\": true, \"children\": 2, \"origin\": \"shelter\", \"birth_date\": \"2000-02-29\"", ""},
        {"\"landedd\": true", "/landedd: unknown fact `landedd`, did you mean `landed`?"},
        {"\"shoe_size\": 41", "/shoe_size: unknown fact `shoe_size`"},
        {"\"landed\": \"true\"", "/landed: expected true or false, found `true`"},
        {"\"landed\": 1", "/landed: expected true or false, found `1`"},
        {"\"landed\": null", "/landed: expected true or false, found null"},
        {"\"landed\": []", "/landed: expected true or false, found a list"},
        {"\"children\": true", "/children: expected a whole number, found true"},
        {"\"children\": \"2\"", "/children: expected a whole number, found `2`"},
        {"\"children\": 2.0", "/children: expected a whole number, found `2.0`"},
        {"\"children\": 1e2", "/children: expected a whole number, found `1e2`"},
        {"\"children\": -1", ""},
        {"\"children\": 9007199254740991", ""},
        {"\"children\": 9007199254740992", "/children: expected a whole number, found `9007199254740992`"},
        {"\"origin\": \"shleter\"",
         "/origin: expected `sheltered_living` or `shelter`, found `shleter`, did you mean `shelter`?"},
        {"\"origin\": \"clinic\"", "/origin: expected `sheltered_living` or `shelter`, found `clinic`"},
        {"\"origin\": 3", "/origin: expected `sheltered_living` or `shelter`, found `3`"},
        {"\"birth_date\": \"2001-02-29\"",
         "/birth_date: expected a date that exists, as YYYY-MM-DD, from 1900 to 2199, found `2001-02-29`"},
        {"\"birth_date\": \"01-02-2001\"",
         "/birth_date: expected a date that exists, as YYYY-MM-DD, from 1900 to 2199, found `01-02-2001`"},
        {"\"birth_date\": \"1899-12-31\"",
         "/birth_date: expected a date that exists, as YYYY-MM-DD, from 1900 to 2199, found `1899-12-31`"},
        {"\"birth_date\": 20010201",
         "/birth_date: expected a date that exists, as YYYY-MM-DD, from 1900 to 2199, found `20010201`"},
        {"\"monthly_income\": 1450.50", ""},
        {"\"monthly_income\": 1450", ""},
        {"\"monthly_income\": \"1450.5\"", ""},
        {"\"monthly_income\": 1450.505",
         "/monthly_income: expected an amount in euros with at most two decimals, found `1450.505`"},
        {"\"monthly_income\": \"1450.505\"",
         "/monthly_income: expected an amount in euros with at most two decimals, found `1450.505`"},
        {"\"monthly_income\": \"1.450,50\"",
         "/monthly_income: expected an amount in euros with at most two decimals, found `1.450,50`"},
        {"\"monthly_income\": true",
         "/monthly_income: expected an amount in euros with at most two decimals, found true"},
        {"\"landed\": {\"value\": true, \"by\": \"care_provider\", \"on\": \"2021-03-01\"}", ""},
        {"\"landed\": {\"by\": \"care_provider\"}", "/landed: expected a member `value` here"},
        {"\"landed\": {\"value\": 3}", "/landed/value: expected true or false, found `3`"},
        {"\"landed\": {\"value\": null}", "/landed/value: expected true or false, found null"},
        {"\"landed\": {\"value\": true, \"on\": \"2021-13-01\"}",
         "/landed/on: expected a date that exists, as YYYY-MM-DD, from 1900 to 2199, found `2021-13-01`"},
        {"\"landed\": {\"value\": true, \"by\": 7}", "/landed/by: expected a text, found `7`"},
        {"\"landed\": {\"value\": true, \"since\": \"2021-03-01\"}", "/landed/since: unknown member `since`"},
    };
    ASSERT_SAMPLES(samples, "{\"case\": \"a\", \"region\": \"demo\", \"facts\": {", "}}", "invalid_case /case/facts");
}

static void test_events(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"{\"event\": \"home_offered\", \"on\": \"2021-03-01\"}", ""},
        {"{\"event\": \"home_offered\", \"on\": \"2021-03-01\", \"at\": \"2021-03-01T10:00:00+01:00\", \"ref\": \"b\"}", ""},
        {"3", ": expected an event, as {\"event\": \"moved_in\", \"on\": \"2022-03-01\"}, found `3`"},
        {"null", ": expected an event, as {\"event\": \"moved_in\", \"on\": \"2022-03-01\"}, found null"},
        {"{\"on\": \"2021-03-01\"}", ": expected a member `event` here: its name"},
        {"{\"event\": null, \"on\": \"2021-03-01\"}", "/event: expected the name of an event, found null"},
        {"{\"event\": \"home_ofered\", \"on\": \"2021-03-01\"}",
         "/event: unknown event `home_ofered`, did you mean `home_offered`?"},
        {"{\"event\": \"birthday\", \"on\": \"2021-03-01\"}", "/event: unknown event `birthday`"},
        {"{\"event\": \"home_offered\"}", ": expected a member `on` here: the date of the event"},
        {"{\"event\": \"home_offered\", \"on\": \"2021-02-30\"}",
         "/on: expected a date that exists, as YYYY-MM-DD, from 1900 to 2199, found `2021-02-30`"},
        {"{\"event\": \"home_offered\", \"on\": \"2021-03-01\", \"at\": \"10:00\"}",
         "/at: expected a time with its offset, as 2022-09-14T22:40:00+02:00, found `10:00`"},
        {"{\"event\": \"home_offered\", \"on\": \"2021-03-01\", \"at\": \"2021-03-01T10:00:00\"}",
         "/at: expected a time with its offset, as 2022-09-14T22:40:00+02:00, found `2021-03-01T10:00:00`"},
        {"{\"event\": \"home_offered\", \"on\": \"2021-03-01\", \"at\": \"2021-03-02T00:00:00+01:00\"}",
         "/at: expected a time on 2021-03-01, the day in `on`, found one on 2021-03-02"},
        {"{\"event\": \"home_offered\", \"on\": \"2021-03-01\", \"ref\": 1}", "/ref: expected a text, found `1`"},
        {"{\"event\": \"home_offered\", \"on\": \"2021-03-01\", \"onn\": \"x\"}",
         "/onn: unknown member `onn`, did you mean `on`?"},
        {"{\"event\": \"home_refused\", \"on\": \"2021-03-01\"}", ": expected a member `justified` here"},
        {"{\"event\": \"home_refused\", \"on\": \"2021-03-01\", \"justified\": \"no\"}",
         "/justified: expected true or false, found `no`"},
        {"{\"event\": \"evaluation\", \"on\": \"2021-03-01\", \"outcome\": \"positive\"}", ""},
        {"{\"event\": \"evaluation\", \"on\": \"2021-03-01\", \"outcome\": {\"value\": \"positive\"}}",
         "/outcome: expected `positive` or `negative`, found an object"},
        {"{\"event\": \"nuisance_reported\", \"on\": \"2021-03-01\", \"severity\": \"minor\", \"reporter\": \"named\", "
         "\"incident_on\": \"2021-02-29\"}",
         "/incident_on: expected a date that exists, as YYYY-MM-DD, from 1900 to 2199, found `2021-02-29`"},
        {"{\"event\": \"hardship_granted\", \"on\": \"2021-03-01\", \"waives\": \"E9\", \"by\": \"municipality\", "
         "\"because\": \"x\"}",
         "/waives: expected `E1` or `E2`, found `E9`"},
        {"{\"event\": \"hardship_granted\", \"on\": \"2021-03-01\", \"waives\": \"E1\", \"by\": \"muncipality\", "
         "\"because\": \"x\"}",
         "/by: expected a role or the name of a person, found `muncipality`, did you mean `municipality`?"},
    };
    ASSERT_SAMPLES(samples, "{\"case\": \"a\", \"region\": \"demo\", \"events\": [{\"event\": \"warning_given\", \"on\": \"2021-02-01\"}, ",
                    "]}", "invalid_case /case/events/1");
}

static void test_all_at_once(void **state)
{
    (void)state;
    struct text errors = errors_of(TEXT("{\"case\": \"\", \"region\": \"demo\", \"facts\": {\"landed\": 1, \"children\": 2.5}, "
                                        "\"events\": [{\"event\": \"home_refused\", \"justified\": 1, \"why\": 2}]}"));
    static const char expected[] =
        "invalid_case /case/case: expected a pseudonym of 1 to 64 of A-Z a-z 0-9 . _ -, found ``\n"
        "invalid_case /case/facts/landed: expected true or false, found `1`\n"
        "invalid_case /case/facts/children: expected a whole number, found `2.5`\n"
        "invalid_case /case/events/0/justified: expected true or false, found `1`\n"
        "invalid_case /case/events/0/why: unknown member `why`\n"
        "invalid_case /case/events/0: expected a member `on` here: the date of the event";
    if (!text_is(errors, expected))
        fail_msg("%.*s", TEXT_ARGS(errors));
}

/* A case of `count` events, each as `event` says. */
static struct text many_events(size_t count, const char *event)
{
    struct buffer buffer;
    buffer_init(&buffer, &arena);
    buffer_format(&buffer, "{\"case\": \"a\", \"region\": \"demo\", \"events\": [");
    for (size_t i = 0; i < count; i++)
        buffer_format(&buffer, "%s%s", i ? ", " : "", event);
    buffer_format(&buffer, "]}");
    return buffer_text(&buffer);
}

static void test_at_most_twenty_errors(void **state)
{
    (void)state;
    struct case_file case_file;
    struct refusals refusals;
    assert_false(read_text(many_events(25, "{\"event\": \"x\"}"), &case_file, &refusals));
    assert_int_equal(refusals.count, 25);
    const struct value *error = refusals_value(&refusals);
    const struct value *all = value_get(error, "all");
    assert_int_equal(all->count, 20);
    assert_true(text_is(value_get(error, "at")->text, "/case/events/0/event"));
    assert_true(text_is(value_get(all->items[19], "at")->text, "/case/events/19/event"));
    for (size_t i = 0; i < error->count; i++)
        if (!text_is(error->names[i], "all"))
            assert_true(value_equal(error->items[i], value_get_text(all->items[0], error->names[i])));
}

static void test_too_many_events(void **state)
{
    (void)state;
    struct case_file case_file;
    struct refusals refusals;
    static const char event[] = "{\"event\": \"home_offered\", \"on\": \"2021-03-01\"}";
    assert_true(read_text(many_events(CASE_EVENTS_MAX, event), &case_file, &refusals));
    assert_int_equal(case_file.entries_count, 1); /* the same one, again and again */
    struct text errors = errors_of(many_events(CASE_EVENTS_MAX + 1, event));
    assert_true(text_is(errors, "invalid_case /case/events: expected at most 4000 events, found 4001"));
}

static void test_order(void **state)
{
    (void)state;
    /* By date, then time (by the clock of the world, and without a time last), then content; twice the same is once. */
    static const char source[] =
        "{\"case\": \"a\", \"region\": \"demo\", \"events\": ["
        "{\"event\": \"warning_given\", \"on\": \"2021-03-02\", \"ref\": \"6\"},"
        "{\"event\": \"warning_given\", \"on\": \"2021-03-01\", \"ref\": \"4\"},"
        "{\"event\": \"home_offered\", \"on\": \"2021-03-01\", \"ref\": \"3\"},"
        "{\"event\": \"warning_given\", \"on\": \"2021-03-01\", \"at\": \"2021-03-01T10:00:00+01:00\", \"ref\": \"2\"},"
        "{\"event\": \"warning_given\", \"on\": \"2021-03-01\", \"at\": \"2021-03-01T10:30:00+02:00\", \"ref\": \"1\"},"
        "{\"ref\": \"3\", \"on\": \"2021-03-01\", \"event\": \"home_offered\"},"
        "{\"event\": \"warning_given\", \"on\": \"2021-03-01\", \"ref\": \"5\"}]}";
    struct case_file case_file;
    struct refusals refusals;
    assert_true(read_text(text_of(source), &case_file, &refusals));
    assert_int_equal(case_file.entries_count, 6);
    for (size_t i = 0; i < case_file.entries_count; i++)
        assert_int_equal(case_file.entries[i].ref.at[0], '1' + (char)i);
    assert_true(case_file.entries[0].has_at);
    assert_false(case_file.entries[2].has_at);
}

static void test_facts_as_stated(void **state)
{
    (void)state;
    struct case_file case_file;
    struct refusals refusals;
    assert_true(read_text(TEXT("{\"case\": \"a\", \"region\": \"demo\", \"facts\": {\"monthly_income\": 1450.5, \"landed\": "
                               "{\"value\": false, \"by\": \"client\", \"on\": \"2021-03-01\"}}}"),
                          &case_file, &refusals));
    const struct vocabulary *vocabulary = &case_file.region->vocabulary;
    const struct stated *income = &case_file.facts[vocabulary_fact(vocabulary, TEXT("monthly_income"))];
    const struct stated *landed = &case_file.facts[vocabulary_fact(vocabulary, TEXT("landed"))];
    assert_true(income->known && !income->by.at && !income->has_on);
    assert_int_equal(income->value.as.number, 145050);
    assert_true(landed->known && landed->has_on && text_is(landed->by, "client"));
    assert_false(landed->value.as.boolean);
    assert_false(case_file.facts[vocabulary_fact(vocabulary, TEXT("origin"))].known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_id),
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_facts),
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_all_at_once),
        cmocka_unit_test(test_at_most_twenty_errors),
        cmocka_unit_test(test_too_many_events),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_facts_as_stated),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
