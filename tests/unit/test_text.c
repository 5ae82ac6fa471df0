#include "base/text.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int begin(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

static void test_comparing(void **state)
{
    (void)state;
    assert_true(text_equal(TEXT("a"), text_of("a")));
    assert_false(text_equal(TEXT("a"), TEXT("b")));
    assert_true(text_equal((struct text){0}, TEXT("")));
    assert_true(text_is(TEXT("abc"), "abc"));
    assert_false(text_is(TEXT("abc"), "ab"));
    assert_true(text_compare(TEXT("a"), TEXT("b")) < 0);
    assert_true(text_compare(TEXT("a"), TEXT("ab")) < 0);
    assert_true(text_compare(TEXT("b"), TEXT("ab")) > 0);
    assert_true(text_compare(TEXT("z"), TEXT("\xc3\xa9")) < 0); /* bytes have no sign */
    assert_int_equal(text_compare(TEXT(""), (struct text){0}), 0);
    assert_true(text_starts_with(TEXT("abc"), "ab") && text_starts_with(TEXT("abc"), ""));
    assert_false(text_starts_with(TEXT("a"), "ab"));
    assert_true(text_ends_with(TEXT("abc"), "bc") && !text_ends_with(TEXT("c"), "bc"));
    assert_null(text_of(NULL).at);
    assert_non_null(TEXT("").at);
}

static void test_cutting(void **state)
{
    (void)state;
    assert_true(text_is(text_slice(TEXT("abcdef"), 2, 4), "cd"));
    assert_true(text_is(text_slice(TEXT("abc"), 1, 100), "bc"));
    assert_int_equal(text_slice(TEXT("abc"), 5, 2).length, 0);
    assert_true(text_is(text_trim(TEXT(" \t\r\n a b \n")), "a b"));
    assert_int_equal(text_trim(TEXT("  ")).length, 0);
    struct text part = text_slice(TEXT("abcdef"), 0, 3);
    assert_string_equal(text_string(&arena, part), "abc");
    assert_string_equal(text_copy(&arena, part).at, "abc");
    assert_true(text_is(text_format(&arena, "%d %.*s", 7, TEXT_ARGS(part)), "7 abc"));
}

static void test_integers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        long long value;
    } good[] = {{"0", 0},
                {"7", 7},
                {"-1", -1},
                {"1000", 1000},
                {"9223372036854775807", LLONG_MAX},
                {"-9223372036854775808", LLONG_MIN}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        long long value = 99;
        assert_true(text_to_integer(text_of(good[i].text), &value));
        assert_true(value == good[i].value);
    }
    static const char *const bad[] = {"",
                                      "-",
                                      "-0",
                                      "00",
                                      "01",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "1e3",
                                      "0x1",
                                      "1_0",
                                      "--1",
                                      "1\n",
                                      "\xd9\xa1",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        long long value = 99;
        assert_false(text_to_integer(text_of(bad[i]), &value));
        assert_true(value == 99);
    }
}

/* The characters at the borders of each length, and what lies just outside. */
static void test_utf8(void **state)
{
    (void)state;
    static const char *const good[] = {"",
                                       "plain",
                                       "\x7f",
                                       "\xc2\x80",
                                       "\xdf\xbf",
                                       "\xe0\xa0\x80",
                                       "\xed\x9f\xbf",
                                       "\xee\x80\x80",
                                       "\xef\xbf\xbf",
                                       "\xf0\x90\x80\x80",
                                       "\xf4\x8f\xbf\xbf",
                                       "cli\xc3\xabnt"};
    static const char *const bad[] = {"\x80",
                                      "\xbf",
                                      "\xc0\x80",
                                      "\xc1\xbf",
                                      "\xc2",
                                      "\xc2 ",
                                      "\xe0\x9f\xbf",
                                      "\xed\xa0\x80",
                                      "\xed\xbf\xbf",
                                      "\xe2\x82",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xf0\x90\x80",
                                      "\xff",
                                      "\xfe"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(text_is_utf8(text_of(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(text_is_utf8(text_of(bad[i])));
    assert_true(text_is_utf8((struct text){"a\0b", 3}));
}

static void assert_nearest(const char *name, const char *expected)
{
    static const char *const names[] = {"agreements_accepted", "support_accepted", "origin", "age", "on", "children"};
    struct text candidates[6];
    for (size_t i = 0; i < 6; i++)
        candidates[i] = text_of(names[i]);
    struct text nearest = text_nearest(text_of(name), candidates, 6);
    if (expected)
        assert_string_equal(text_string(&arena, nearest), expected);
    else
        assert_null(nearest.at);
}

static void test_nearest(void **state)
{
    (void)state;
    assert_nearest("agreement_accepted", "agreements_accepted");
    assert_nearest("agreements_acepted", "agreements_accepted");
    assert_nearest("orgiin", "origin");
    assert_nearest("origin", "origin");
    assert_nearest("ago", "age");
    assert_nearest("no", "on");
    assert_nearest("chidlren", "children");
    assert_nearest("rent_arrears", NULL);
    assert_nearest("x", NULL);
    assert_nearest("", NULL);
    char long_name[200];
    memset(long_name, 'a', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    assert_nearest(long_name, NULL);
}

static void test_lists(void **state)
{
    (void)state;
    struct text_list list = {0};
    static const char *const names[] = {"N2", "N1.enter", "N2", "E1", "a", "Z", "N10", "E1"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        text_list_add_sorted(&arena, &list, text_of(names[i]));
    static const char *const sorted[] = {"E1", "N1.enter", "N10", "N2", "Z", "a"};
    assert_int_equal(list.count, 6);
    for (size_t i = 0; i < 6; i++)
        assert_true(text_is(list.items[i], sorted[i]));
    assert_true(text_list_has(&list, TEXT("Z")));
    assert_false(text_list_has(&list, TEXT("z")));
    text_list_add(&arena, &list, TEXT("E1"));
    assert_int_equal(list.count, 7);
}

static void test_buffer(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, &arena);
    assert_non_null(buffer_text(&buffer).at);
    assert_int_equal(buffer_text(&buffer).length, 0);
    buffer_add_string(&buffer, "ab");
    buffer_add_byte(&buffer, 'c');
    buffer_format(&buffer, "%d", 12);
    buffer_add(&buffer, TEXT(""));
    assert_true(text_is(buffer_text(&buffer), "abc12"));
    for (int i = 0; i < 10000; i++)
        buffer_add_byte(&buffer, (char)('a' + i % 26));
    struct text text = buffer_text(&buffer);
    assert_int_equal(text.length, 10005);
    for (size_t i = 0; i < 10000; i++)
        assert_int_equal(text.at[5 + i], 'a' + (char)(i % 26));
    buffer_reserve(&buffer, 5000);
    assert_true(buffer.capacity - buffer.length > 5000);
    assert_memory_equal(buffer.at, "abc12abc", 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_comparing, begin, end),
        cmocka_unit_test_setup_teardown(test_cutting, begin, end),
        cmocka_unit_test_setup_teardown(test_integers, begin, end),
        cmocka_unit_test_setup_teardown(test_utf8, begin, end),
        cmocka_unit_test_setup_teardown(test_nearest, begin, end),
        cmocka_unit_test_setup_teardown(test_lists, begin, end),
        cmocka_unit_test_setup_teardown(test_buffer, begin, end),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
