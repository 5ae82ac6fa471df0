#include "base/json.h"
#include "base/limits.h"

#include <dirent.h>
#include <limits.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
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

static struct value *read(struct text text)
{
    struct json_error error = {0};
    struct value *value = json_read(&arena, text, &error);
    assert_string_equal(error.message, "");
    return value;
}

static void assert_refused(struct text text, size_t line, size_t column, const char *message)
{
    struct json_error error = {0};
    assert_null(json_read(&arena, text, &error));
    assert_string_equal(error.message, message);
    assert_int_equal(error.line, line);
    assert_int_equal(error.column, column);
}

static void test_canonical(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
    } pairs[] = {
        {" { \"b\" : 1 , \"a\" : [ ] , \"aa\" : { } } ", "{\"a\":[],\"aa\":{},\"b\":1}"},
        {"\"\\u0000\\b\\t\\n\\f\\r\\u001f\\u007f\\/\\\"\\\\\"", "\"\\u0000\\b\\t\\n\\f\\r\\u001f\x7f/\\\"\\\\\""},
        {"\"\\u20ac \\ud834\\udd1e\"", "\"\xe2\x82\xac \xf0\x9d\x84\x9e\""},
        {"[-0,0,-1,9223372036854775807,-9223372036854775808]", "[0,0,-1,9223372036854775807,-9223372036854775808]"},
        {"[true,false,null]", "[true,false,null]"},
        {"{\"Z\":1,\"a\":2,\"_\":3,\"\":4}", "{\"\":4,\"Z\":1,\"_\":3,\"a\":2}"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct text written = json_write(&arena, read(text_of(pairs[i].from)));
        assert_string_equal(text_string(&arena, written), pairs[i].to);
        assert_true(text_equal(json_write(&arena, read(written)), written));
    }
}

static void test_pretty(void **state)
{
    (void)state;
    struct value *value = read(TEXT("{\"b\":[1,{}],\"a\":\"x\",\"c\":[]}"));
    assert_string_equal(text_string(&arena, json_write_pretty(&arena, value)),
                        "{\n  \"b\": [\n    1,\n    {}\n  ],\n  \"a\": \"x\",\n  \"c\": []\n}");
}

/* Each number with the text that it has in the document, whatever strings and names around it look like numbers. */
static void test_numbers_as_written(void **state)
{
    (void)state;
    struct value *root =
        read(TEXT("{\"1\":1450.505,\"a\\\"2\":[ -0.0 ,1e5,\"3.5\",12,\"\\\\\",1E-2],\"\":{\"4\":-0}}"));
    struct value *list = root->items[1];
    assert_true(text_is(value_get(root, "1")->text, "1450.505"));
    assert_int_equal(value_get(root, "1")->kind, VALUE_DECIMAL);
    assert_true(text_is(list->items[0]->text, "-0.0"));
    assert_true(text_is(list->items[1]->text, "1e5"));
    assert_int_equal(list->items[1]->kind, VALUE_DECIMAL);
    assert_true(text_is(list->items[2]->text, "3.5"));
    assert_int_equal(list->items[2]->kind, VALUE_TEXT);
    assert_int_equal(list->items[3]->kind, VALUE_INTEGER);
    assert_int_equal(list->items[3]->integer, 12);
    assert_true(text_is(list->items[3]->text, "12"));
    assert_true(text_is(list->items[5]->text, "1E-2"));
    assert_true(text_is(value_at(root, TEXT("//4"))->text, "-0"));
    assert_int_equal(value_at(root, TEXT("//4"))->integer, 0);
}

static void test_numbers_in_another_locale(void **state)
{
    (void)state;
    if (!setlocale(LC_ALL, "nl_NL.UTF-8") && !setlocale(LC_ALL, "de_DE.UTF-8"))
        setlocale(LC_ALL,
                  "C.UTF-8"); /* a bare system has no locale with a decimal comma; the reading is tried all the same */
    assert_string_equal(text_string(&arena, json_write(&arena, read(TEXT("[1450.50,1.5e3]")))), "[1450.50,1.5e3]");
    setlocale(LC_ALL, "C");
}

static void test_messages(void **state)
{
    (void)state;
    assert_refused(TEXT(""), 1, 1, "the text ends before its JSON does");
    assert_refused((struct text){0}, 1, 1, "the text ends before its JSON does");
    assert_refused(TEXT("{\"a\":1,\n \"a\":2}"), 2, 4, "found the name \"a\" twice in one object, expected it once");
    assert_refused(TEXT("{\"a\": 1,\n \"b\" 2}"), 2, 6, "found `2`, expected `:`");
    assert_refused(TEXT("{\"a\":tru}"), 1, 8, "found `tru`, which is no JSON");
    assert_refused(TEXT("[1,]"), 1, 4, "found `]`, expected a value");
    assert_refused(TEXT("[\"a\tb\"]"), 1, 3, "found a control character after `\"a`, expected an escape such as `\\n`");
    assert_refused(TEXT("[1] 2"), 1, 5, "found more after the JSON, expected one document and nothing after it");
    assert_refused(TEXT("{\"a\\u0000b\":1}"), 1, 11, "found a NUL character in a name, which no name has");
    assert_refused(TEXT("[1e400]"), 1, 6, "found a number that is too large, expected one of at most 308 digits");
    struct json_error error = {0};
    assert_null(json_read(&arena, TEXT("[\"\xff\"]"), &error));
    assert_string_equal(error.message, "found bytes that are no text, expected UTF-8");
}

static void test_nul_after_the_text(void **state)
{
    (void)state;
    static const struct text texts[] = {{"{}\0", 3}, {"[1]\0\0", 5}, {"1\0", 2}, {"\0", 1}, {"{}\0{}", 5}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct json_error error = {0};
        assert_null(json_read(&arena, texts[i], &error));
        assert_string_not_equal(error.message, "");
    }
}

static struct text nested(size_t depth)
{
    struct buffer buffer;
    buffer_init(&buffer, &arena);
    for (size_t i = 0; i < depth; i++)
        buffer_add_string(&buffer, i % 2 ? "{\"a\":" : "[");
    buffer_add_string(&buffer, "\"[[[[{{{{\"");
    for (size_t i = depth; i-- > 0;)
        buffer_add_byte(&buffer, i % 2 ? '}' : ']');
    return buffer_text(&buffer);
}

static void test_depth(void **state)
{
    (void)state;
    assert_non_null(read(nested(DEPTH_MAX)));
    struct json_error error = {0};
    assert_null(json_read(&arena, nested(DEPTH_MAX + 1), &error));
    assert_string_equal(error.message, "found a list or object inside 32 others, expected at most that many levels");
    assert_int_equal(error.line, 1);
    /* Siblings are no depth. */
    assert_non_null(read(TEXT("[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],"
                              "[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[]]")));
}

static bool read_within(size_t limit, struct text text)
{
    struct arena small;
    jmp_buf escape;
    arena_init(&small);
    if (setjmp(escape)) {
        arena_finish(&small);
        return false;
    }
    small.limit = limit;
    small.escape = &escape;
    struct json_error error;
    struct value *value = json_read(&small, text, &error);
    assert_non_null(value);
    assert_ptr_equal(small.escape, &escape);
    small.limit = 0;
    assert_true(text_equal(json_write(&small, value), text));
    arena_finish(&small);
    return true;
}

/*
 * Whatever the room in the arena, reading either succeeds or jumps away, and jansson's tree is released in both cases:
 * the leak checker of the sanitized build sees to the second.
 */
static void test_no_room(void **state)
{
    (void)state;
    size_t limit = 16;
    while (!read_within(limit, TEXT("{\"a\":[1,2.5,\"three\",{\"b\":null}],\"c\":\"d\",\"e\":[[[true]]]}"))) {
        limit += 16;
        assert_true(limit < 100000);
    }
    assert_true(limit > 1000);
}

/* Texts that the suite leaves to each reader, and what ours does. */
static const struct {
    const char *name;
    bool accepted;
} pinned[] = {
    {"i_number_double_huge_neg_exp.json", true},
    {"i_number_huge_exp.json", false},
    {"i_number_neg_int_huge_exp.json", false},
    {"i_number_pos_double_huge_exp.json", false},
    {"i_number_real_neg_overflow.json", false},
    {"i_number_real_pos_overflow.json", false},
    {"i_number_real_underflow.json", true},
    {"i_number_too_big_neg_int.json", true},
    {"i_number_too_big_pos_int.json", true},
    {"i_number_very_big_negative_int.json", true},
    {"i_object_key_lone_2nd_surrogate.json", false},
    {"i_string_1st_surrogate_but_2nd_missing.json", false},
    {"i_string_1st_valid_surrogate_2nd_invalid.json", false},
    {"i_string_UTF-16LE_with_BOM.json", false},
    {"i_string_UTF-8_invalid_sequence.json", false},
    {"i_string_UTF8_surrogate_U+D800.json", false},
    {"i_string_incomplete_surrogate_and_escape_valid.json", false},
    {"i_string_incomplete_surrogate_pair.json", false},
    {"i_string_incomplete_surrogates_escape_valid.json", false},
    {"i_string_invalid_lonely_surrogate.json", false},
    {"i_string_invalid_surrogate.json", false},
    {"i_string_invalid_utf-8.json", false},
    {"i_string_inverted_surrogates_U+1D11E.json", false},
    {"i_string_iso_latin_1.json", false},
    {"i_string_lone_second_surrogate.json", false},
    {"i_string_lone_utf8_continuation_byte.json", false},
    {"i_string_not_in_unicode_range.json", false},
    {"i_string_overlong_sequence_2_bytes.json", false},
    {"i_string_overlong_sequence_6_bytes.json", false},
    {"i_string_overlong_sequence_6_bytes_null.json", false},
    {"i_string_truncated-utf-8.json", false},
    {"i_string_utf16BE_no_BOM.json", false},
    {"i_string_utf16LE_no_BOM.json", false},
    {"i_structure_500_nested_arrays.json", false},
    {"i_structure_UTF-8_BOM_empty_object.json", false},
};

/* What RFC 8259 lets pass and we do not: members that one reader would take and another would not. */
static const char *const ours_refuses[] = {
    "y_object_duplicated_key.json",
    "y_object_duplicated_key_and_value.json",
    "y_object_escaped_null_in_key.json",
};

static bool suite_expects(const char *name)
{
    for (size_t i = 0; i < sizeof pinned / sizeof pinned[0]; i++)
        if (strcmp(name, pinned[i].name) == 0)
            return pinned[i].accepted;
    for (size_t i = 0; i < sizeof ours_refuses / sizeof ours_refuses[0]; i++)
        if (strcmp(name, ours_refuses[i]) == 0)
            return false;
    if (name[0] != 'y' && name[0] != 'n')
        fail_msg("%s is in no list", name);
    return name[0] == 'y';
}

static void try_file(const char *folder, const char *name)
{
    static char bytes[1024 * 1024];
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    struct json_error error = {0};
    struct value *value = json_read(&arena, (struct text){bytes, length}, &error);
    if (suite_expects(name) != (value != NULL))
        fail_msg("%s: expected %s, but %s", name, value ? "a refusal" : "a value",
                 value ? "it was read" : error.message);
    assert_int_equal(value == NULL, error.line > 0 && error.column > 0 && error.message[0] != '\0');
    assert_true(text_is_utf8(text_of(error.message)));
    if (value) {
        struct text written = json_write(&arena, value);
        assert_true(value_equal(read(written), value));
    }
}

static void test_suite(void **state)
{
    (void)state;
    char folder[2048];
    const char *shared = getenv("COVENANT_SHARED");
    snprintf(folder, sizeof folder, "%s/vectors/json-test-suite/test_parsing", shared ? shared : "../shared");
    DIR *directory = opendir(folder);
    if (!directory) {
        print_message("SKIPPED: JSONTestSuite is not at %s\n", folder);
        return;
    }
    size_t count = 0;
    for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
        if (!text_ends_with(text_of(entry->d_name), ".json"))
            continue;
        try_file(folder, entry->d_name);
        count++;
    }
    closedir(directory);
    assert_int_equal(count, 318);
}

/* One number that has more than 64 bits changes nothing about the others. */
static void test_large_numbers(void **state)
{
    (void)state;
    struct json_error error = {0};
    const struct text text = TEXT("[1,99999999999999999999,-9223372036854775808,-9223372036854775809,0.50,0,2e3]");
    const struct value *list = json_read(&arena, text, &error);
    static const enum value_kind kinds[] = {VALUE_INTEGER, VALUE_DECIMAL, VALUE_INTEGER, VALUE_DECIMAL,
                                            VALUE_DECIMAL, VALUE_INTEGER, VALUE_DECIMAL};
    assert_non_null(list);
    for (size_t i = 0; i < list->count; i++)
        assert_int_equal(list->items[i]->kind, kinds[i]);
    assert_int_equal(list->items[2]->integer, LLONG_MIN);
    assert_true(text_equal(json_write(&arena, list), text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_canonical, begin, end),
        cmocka_unit_test_setup_teardown(test_pretty, begin, end),
        cmocka_unit_test_setup_teardown(test_numbers_as_written, begin, end),
        cmocka_unit_test_setup_teardown(test_numbers_in_another_locale, begin, end),
        cmocka_unit_test_setup_teardown(test_large_numbers, begin, end),
        cmocka_unit_test_setup_teardown(test_messages, begin, end),
        cmocka_unit_test_setup_teardown(test_nul_after_the_text, begin, end),
        cmocka_unit_test_setup_teardown(test_depth, begin, end),
        cmocka_unit_test_setup_teardown(test_no_room, begin, end),
        cmocka_unit_test_setup_teardown(test_suite, begin, end),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
