#include "base/json.h"
#include "base/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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

static struct value *read(const char *json)
{
    struct json_error error = {0};
    struct value *value = json_read(&arena, text_of(json), &error);
    assert_string_equal(error.message, "");
    assert_non_null(value);
    return value;
}

static void assert_json(const struct value *value, const char *expected)
{
    assert_string_equal(text_string(&arena, json_write(&arena, value)), expected);
}

static void test_building(void **state)
{
    (void)state;
    struct value *object = value_object(&arena);
    value_set(&arena, object, "zebra", value_integer(&arena, -3));
    value_set(&arena, object, "apple", value_boolean(&arena, true));
    value_set(&arena, object, "list", value_list(&arena));
    value_append(&arena, value_get(object, "list"), value_string(&arena, "one"));
    value_append(&arena, value_get(object, "list"), value_null(&arena));
    value_set(&arena, object, "day", value_date(&arena, (struct date){0}));
    assert_json(object, "{\"apple\":true,\"day\":\"1970-01-01\",\"list\":[\"one\",null],\"zebra\":-3}");
    assert_true(text_is(object->names[0], "zebra"));
    assert_null(value_get(object, "pear"));
    assert_null(value_get(value_get(object, "list"), "apple"));
    assert_null(value_get(NULL, "apple"));
}

static void test_replacing_and_removing(void **state)
{
    (void)state;
    struct value *object = read("{\"a\":1,\"b\":2,\"c\":3}");
    value_set(&arena, object, "b", value_string(&arena, "two"));
    assert_json(object, "{\"a\":1,\"b\":\"two\",\"c\":3}");
    value_remove(object, "a");
    value_remove(object, "no such member");
    assert_json(object, "{\"b\":\"two\",\"c\":3}");
    value_set(&arena, object, "a", value_integer(&arena, 9));
    assert_true(text_is(object->names[2], "a"));
}

static void test_many_members_sort(void **state)
{
    (void)state;
    struct value *object = value_object(&arena);
    for (int i = 0; i < 500; i++)
        value_set_text(&arena, object, text_format(&arena, "k%03d", (i * 7919) % 500), value_integer(&arena, i));
    assert_int_equal(object->count, 500);
    size_t order[500];
    value_order(object, order);
    for (size_t i = 0; i < 500; i++)
        assert_true(text_equal(object->names[order[i]], text_format(&arena, "k%03zu", i)));
}

static void test_equal(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool equal;
    } pairs[] = {
        {"{\"a\":1,\"b\":[true]}", "{\"b\":[true],\"a\":1}", true},
        {"{\"a\":1}", "{\"a\":1,\"b\":1}", false},
        {"{\"a\":1}", "{\"b\":1}", false},
        {"[1,2]", "[2,1]", false},
        {"[1]", "[1.0]", false},
        {"-0", "0", true},
        {"1.5", "1.50", false},
        {"\"a\"", "\"\\u0061\"", true},
        {"null", "false", false},
        {"true", "false", false},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct value *a = read(pairs[i].a), *b = read(pairs[i].b);
        assert_int_equal(value_equal(a, b), pairs[i].equal);
        assert_int_equal(value_equal(b, a), pairs[i].equal);
        struct text canonical_a = json_write(&arena, a), canonical_b = json_write(&arena, b);
        assert_int_equal(text_equal(canonical_a, canonical_b), pairs[i].equal);
    }
}

static void test_copy_outlives_its_source(void **state)
{
    (void)state;
    struct arena other;
    arena_init(&other);
    struct json_error error = {0};
    struct value *source = json_read(&other, TEXT("{\"name\":[1.50,\"x\",null,-7]}"), &error);
    struct value *copy = value_copy(&arena, source);
    assert_true(value_equal(source, copy));
    arena_finish(&other);
    assert_json(copy, "{\"name\":[1.50,\"x\",null,-7]}");
}

static void test_pointer(void **state)
{
    (void)state;
    struct pointer whole = {0};
    struct pointer first = {.name = TEXT("events")};
    struct pointer second = {.parent = &first, .index = 3};
    struct pointer third = {.parent = &second, .name = TEXT("a/b~c")};
    struct pointer nameless = {.parent = &whole, .name = TEXT("")};
    struct pointer zeroth = {.parent = &whole, .index = 0};
    assert_string_equal(text_string(&arena, pointer_text(&arena, NULL)), "");
    assert_string_equal(text_string(&arena, pointer_text(&arena, &whole)), "");
    assert_string_equal(text_string(&arena, pointer_text(&arena, &third)), "/events/3/a~1b~0c");
    assert_string_equal(text_string(&arena, pointer_text(&arena, &nameless)), "/");
    assert_string_equal(text_string(&arena, pointer_text(&arena, &zeroth)), "/0");
}

static void test_value_at(void **state)
{
    (void)state;
    struct value *root = read("{\"a\":[10,{\"b/c~\":20}],\"\":30}");
    assert_ptr_equal(value_at(root, TEXT("")), root);
    assert_int_equal(value_at(root, TEXT("/a/0"))->integer, 10);
    assert_int_equal(value_at(root, TEXT("/a/1/b~1c~0"))->integer, 20);
    assert_int_equal(value_at(root, TEXT("/"))->integer, 30);
    static const char *const nowhere[] = {"a", "/a/2", "/a/-1", "/a/00", "/a/", "/a/0/x", "/b", "/a/1/b~2c", "/a/1/b~"};
    for (size_t i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++)
        assert_null(value_at(root, text_of(nowhere[i])));
}

static void assert_difference(const char *a, const char *b, const char *where, const char *in_a, const char *in_b)
{
    struct text pointer = {0};
    const struct value *value_a = NULL, *value_b = NULL;
    assert_true(value_difference(&arena, read(a), read(b), &pointer, &value_a, &value_b));
    assert_string_equal(text_string(&arena, pointer), where);
    if (in_a)
        assert_json(value_a, in_a);
    else
        assert_null(value_a);
    if (in_b)
        assert_json(value_b, in_b);
    else
        assert_null(value_b);
}

static void test_difference(void **state)
{
    (void)state;
    assert_difference("{\"b\":1,\"a\":[1,2]}", "{\"a\":[1,3],\"b\":2}", "/a/1", "2", "3");
    assert_difference("{\"a\":1}", "{\"a\":1,\"b\":{}}", "/b", NULL, "{}");
    assert_difference("{\"a\":1,\"0\":2}", "{\"a\":1}", "/0", "2", NULL);
    assert_difference("[1]", "[1,2]", "/1", NULL, "2");
    assert_difference("[1]", "{}", "", "[1]", "{}");
    assert_difference("[[]]", "[1]", "/0", "[]", "1");
    struct text pointer;
    const struct value *in_a, *in_b;
    struct value *a = read("{\"x\":[1,{\"y\":null}],\"w\":1.5}"), *b = read("{\"w\":1.5,\"x\":[1,{\"y\":null}]}");
    assert_false(value_difference(&arena, a, b, &pointer, &in_a, &in_b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_building, begin, end),
        cmocka_unit_test_setup_teardown(test_replacing_and_removing, begin, end),
        cmocka_unit_test_setup_teardown(test_many_members_sort, begin, end),
        cmocka_unit_test_setup_teardown(test_equal, begin, end),
        cmocka_unit_test_setup_teardown(test_copy_outlives_its_source, begin, end),
        cmocka_unit_test_setup_teardown(test_pointer, begin, end),
        cmocka_unit_test_setup_teardown(test_value_at, begin, end),
        cmocka_unit_test_setup_teardown(test_difference, begin, end),
    };
    return cmocka_run_group_tests_name("value", tests, NULL, NULL);
}
