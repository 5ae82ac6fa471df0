#include "base/finding.h"
#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;
static struct source_file first, second;

static int begin(void **state)
{
    (void)state;
    arena_init(&arena);
    first = (struct source_file){TEXT("a/covenant.yaml"), TEXT("one: 1\r\n\ttwo: 2\nthree: 3")};
    second = (struct source_file){TEXT("b/covenant.yaml"), TEXT("")};
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

static struct place at(const struct source_file *file, size_t line, size_t column)
{
    return (struct place){file, line, column};
}

static void test_lines(void **state)
{
    (void)state;
    assert_true(text_is(place_line(at(&first, 1, 1)), "one: 1"));
    assert_true(text_is(place_line(at(&first, 2, 1)), "\ttwo: 2"));
    assert_true(text_is(place_line(at(&first, 3, 9)), "three: 3"));
    assert_int_equal(place_line(at(&first, 4, 1)).length, 0);
    assert_int_equal(place_line(at(&second, 1, 1)).length, 0);
    assert_int_equal(place_line((struct place){0}).length, 0);
    assert_int_equal(place_after(at(&first, 1, 2), 3).column, 5);
}

static void test_once_and_sorted(void **state)
{
    (void)state;
    struct findings findings;
    findings_init(&findings, &arena);
    findings_add(&findings, SEVERITY_ERROR, "b", at(&second, 1, 1), 1, "%s", "last");
    findings_add(&findings, SEVERITY_ERROR, "b", at(&first, 2, 3), 1, "%s", "third");
    findings_add(&findings, SEVERITY_WARNING, "a", at(&first, 2, 2), 0, "%s", "second");
    findings_add(&findings, SEVERITY_ERROR, "b", at(&first, 2, 3), 1, "%s", "again");
    findings_add(&findings, SEVERITY_ERROR, "a", at(&first, 1, 7), 1, "%s", "first");
    findings_add(&findings, SEVERITY_ERROR, "b", (struct place){0}, 1, "%s", "nowhere, a first time");
    findings_add(&findings, SEVERITY_ERROR, "b", (struct place){0}, 1, "%s", "nowhere, again");
    findings_sort(&findings);
    static const char *const order[] = {"nowhere, a first time", "nowhere, again", "first", "second", "third", "last"};
    assert_int_equal(findings.count, 6);
    assert_int_equal(findings.errors, 5);
    for (size_t i = 0; i < 6; i++)
        assert_true(text_is(findings.items[i].message, order[i]));
    assert_int_equal(findings.items[3].width, 1);
}

static void test_printing(void **state)
{
    (void)state;
    struct findings findings;
    findings_init(&findings, &arena);
    findings_add(&findings, SEVERITY_ERROR, "unknown_key", at(&first, 2, 2), 3, "found `%s`", "two");
    findings_add(&findings, SEVERITY_WARNING, "no_place", (struct place){0}, 1, "found nothing");
    findings_add(&findings, SEVERITY_ERROR, "empty", at(&second, 1, 1), 1, "found an empty file");
    char *printed = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&printed, &length);
    assert_non_null(out);
    findings_print(&findings, "rules/", out);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(printed, "rules/a/covenant.yaml:2:2: error: found `two` [unknown_key]\n"
                                 "     two: 2\n"
                                 "     ^~~\n"
                                 "warning: found nothing [no_place]\n"
                                 "rules/b/covenant.yaml:1:1: error: found an empty file [empty]\n");
    free(printed);
}

/* A file of another encoding, and a line as long as a file: what is shown is UTF-8 and bounded. */
static void test_source_is_fit_to_show(void **state)
{
    (void)state;
    first.text = TEXT("title: cli\xEBnt \xC3\xAB \xE2\x82");
    assert_true(text_is(place_source(&arena, at(&first, 1, 11)), "title: cli\xEF\xBF\xBDnt \xC3\xAB \xEF\xBF\xBD\xEF\xBF\xBD"));
    char *line = arena_alloc(&arena, 3 * SOURCE_LINE_MAX);
    memset(line, 'a', 3 * SOURCE_LINE_MAX);
    first.text = (struct text){line, 3 * SOURCE_LINE_MAX};
    assert_int_equal(place_source(&arena, at(&first, 1, 1)).length, SOURCE_LINE_MAX + 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_lines, begin, end),
        cmocka_unit_test_setup_teardown(test_once_and_sorted, begin, end),
        cmocka_unit_test_setup_teardown(test_printing, begin, end),
        cmocka_unit_test_setup_teardown(test_source_is_fit_to_show, begin, end),
    };
    return cmocka_run_group_tests_name("finding", tests, NULL, NULL);
}
