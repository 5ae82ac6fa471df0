#include "base/base64.h"

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

/* RFC 4648, section 10. */
static void test_vectors(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"", ""},           {"f", "Zg=="},         {"fo", "Zm8="},
                                           {"foo", "Zm9v"},    {"foob", "Zm9vYg=="},  {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"}, {"\xff\xfe\xfb", "//77"}, {"\xfb\xef\xbe", "++++"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct text bytes;
        assert_true(text_is(base64_write(&arena, text_of(pairs[i][0])), pairs[i][1]));
        assert_true(base64_read(&arena, text_of(pairs[i][1]), &bytes));
        assert_true(text_is(bytes, pairs[i][0]));
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"Z",    "Zg",   "Zg=",   "Zh==", "Zm9=",     "====",     "Z===",  "Zg==Zg==",
                                      "Zm 8", "Zm8\n", "Zm8-", "Zm8_", "=m9v",     "Zm=v",     "Zm9v=", "Zm9v====",
                                      "Zg=a", "Zm9v\xc3\xa9xx"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct text bytes;
        if (base64_read(&arena, text_of(bad[i]), &bytes))
            fail_msg("`%s` was read", bad[i]);
    }
    char room[3];
    assert_true(base64_read_into(TEXT("Zm9v"), room, 3));
    assert_memory_equal(room, "foo", 3);
    assert_false(base64_read_into(TEXT("Zm9v"), room, 2));
    assert_false(base64_read_into(TEXT("Zm8="), room, 3));
    assert_false(base64_read_into(TEXT("Zg=="), room, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
