#include "base/json.h"
#include "base/limits.h"
#include "wire/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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

static struct refusals refusals;
static struct request request;

static bool reads(const char *text)
{
    refusals_init(&refusals, &arena);
    return request_read(&arena, text_of(text), &request, &refusals);
}

static void assert_refused(size_t index, enum error_code code, const char *at)
{
    assert_true(index < refusals.count);
    assert_string_equal(error_code_names[refusals.items[index].code], error_code_names[code]);
    if (at)
        assert_string_equal(text_string(&arena, refusals.items[index].at), at);
    else
        assert_null(refusals.items[index].at.at);
}

#define GOOD "\"protocol\":1,\"request\":\"r-1\",\"verb\":\"decide\""

static void test_a_good_envelope(void **state)
{
    (void)state;
    assert_true(reads("{" GOOD ",\"case\":{}}"));
    assert_true(text_is(request.id, "r-1"));
    assert_true(text_is(request.verb, "decide"));
    assert_int_equal(request.root->count, 4);
}

static void test_what_is_wrong_with_an_envelope(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum error_code code;
        const char *at;
    } table[] = {
        {"", ERROR_MALFORMED, NULL},
        {"{", ERROR_MALFORMED, NULL},
        {"[]", ERROR_INVALID_REQUEST, ""},
        {"{\"request\":\"r\",\"verb\":\"v\"}", ERROR_INVALID_REQUEST, ""},
        {"{\"protocol\":2,\"request\":\"r\",\"verb\":\"v\"}", ERROR_UNSUPPORTED_PROTOCOL, "/protocol"},
        {"{\"protocol\":1.0,\"request\":\"r\",\"verb\":\"v\"}", ERROR_UNSUPPORTED_PROTOCOL, "/protocol"},
        {"{\"protocol\":99999999999999999999,\"request\":\"r\",\"verb\":\"v\"}", ERROR_UNSUPPORTED_PROTOCOL, "/protocol"},
        {"{\"protocol\":null,\"request\":\"r\",\"verb\":\"v\"}", ERROR_INVALID_REQUEST, "/protocol"},
        {"{\"protocol\":1,\"verb\":\"v\"}", ERROR_INVALID_REQUEST, ""},
        {"{\"protocol\":1,\"request\":[],\"verb\":\"v\"}", ERROR_INVALID_REQUEST, "/request"},
        {"{\"protocol\":1,\"request\":\"r\"}", ERROR_INVALID_REQUEST, ""},
        {"{\"protocol\":1,\"request\":\"r\",\"verb\":{}}", ERROR_INVALID_REQUEST, "/verb"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_false(reads(table[i].text));
        assert_int_equal(refusals.count, 1);
        assert_refused(0, table[i].code, table[i].at);
        assert_true(refusals.items[0].message.length > 0);
    }
    assert_false(reads("{}"));
    assert_int_equal(refusals.count, 3);
}

/* At most 64 characters, not bytes. */
static void test_the_length_of_an_id(void **state)
{
    (void)state;
    for (size_t length = 0; length <= ID_LENGTH_MAX + 1; length++) {
        struct buffer text;
        buffer_init(&text, &arena);
        buffer_add_string(&text, "{\"protocol\":1,\"verb\":\"v\",\"request\":\"");
        for (size_t i = 0; i < length; i++)
            buffer_add_string(&text, "\u00e9");
        buffer_add_string(&text, "\"}");
        assert_int_equal(reads(text_string(&arena, buffer_text(&text))), length >= 1 && length <= ID_LENGTH_MAX);
        assert_int_equal(request.id.at != NULL, length >= 1 && length <= ID_LENGTH_MAX);
    }
}

static const struct member members[] = {
    {"case", MEMBER_OBJECT, true}, {"on", MEMBER_DATE, false},    {"since", MEMBER_TIME, false},
    {"from", MEMBER_COUNT, false}, {"after", MEMBER_ID, false},   {"region", MEMBER_TEXT, false},
    {"trace", MEMBER_LATER, false},
};

static bool checks(const char *text)
{
    assert_true(reads(text));
    return request_check(&request, members, sizeof members / sizeof *members, &refusals);
}

static void test_members(void **state)
{
    (void)state;
    assert_true(checks("{" GOOD ",\"case\":{},\"on\":\"2024-02-29\",\"since\":\"2024-02-29T00:00:00+01:00\",\"from\":0,"
                       "\"after\":\"x\",\"region\":\"\",\"trace\":7}"));
    static const struct {
        const char *member, *at;
    } table[] = {
        {"\"case\":[]", "/case"},
        {"\"case\":null", "/case"},
        {"\"case\":{},\"on\":\"2023-02-29\"", "/on"},
        {"\"case\":{},\"on\":\"2024-02-29 \"", "/on"},
        {"\"case\":{},\"since\":\"2024-02-29\"", "/since"},
        {"\"case\":{},\"from\":-1", "/from"},
        {"\"case\":{},\"from\":1.0", "/from"},
        {"\"case\":{},\"from\":\"1\"", "/from"},
        {"\"case\":{},\"after\":\"\"", "/after"},
        {"\"case\":{},\"region\":1", "/region"},
        {"\"case\":{},\"trace\":null", "/trace"},
        {"\"case\":{},\"what\":1", "/what"},
        {"\"case\":{},\"a/b~\":1", "/a~1b~0"},
        {"\"on\":\"2024-02-29\"", ""},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char text[256];
        snprintf(text, sizeof text, "{" GOOD ",%s}", table[i].member);
        assert_false(checks(text));
        assert_int_equal(refusals.count, 1);
        assert_refused(0, ERROR_INVALID_REQUEST, table[i].at);
    }
}

static void test_a_misspelt_member_gets_a_suggestion(void **state)
{
    (void)state;
    assert_false(checks("{" GOOD ",\"case\":{},\"regoin\":\"x\"}"));
    assert_non_null(strstr(text_string(&arena, refusals.items[0].message), "did you mean `region`?"));
}

static void test_canonical_without_the_envelope(void **state)
{
    (void)state;
    assert_true(reads("{\"verb\":\"decide\", \"on\":\"x\", \"request\":\"r-1\",\n \"case\":{\"b\":1,\"a\":[1.50]}, \"protocol\":1}"));
    assert_string_equal(text_string(&arena, request_canonical(&arena, &request)),
                        "{\"case\":{\"a\":[1.50],\"b\":1},\"on\":\"x\",\"verb\":\"decide\"}");
}

static void test_replies(void **state)
{
    (void)state;
    assert_true(reads("{" GOOD "}"));
    struct part parts[] = {{"record", TEXT("{}")}, {"decision", TEXT("{\"a\":1}")}};
    assert_string_equal(
        text_string(&arena, reply_ok(&arena, &request, parts, 2)),
        "{\"decision\":{\"a\":1},\"ok\":true,\"protocol\":1,\"record\":{},\"request\":\"r-1\"}");
    assert_false(reads("{\"protocol\":1,\n\"verb\"}"));
    struct text reply = reply_refused(&arena, &request, &refusals);
    struct json_error error;
    struct value *value = json_read(&arena, reply, &error);
    assert_int_equal(value_get(value, "request")->kind, VALUE_NULL);
    assert_false(value_get(value, "ok")->boolean);
    assert_int_equal(value_get(value_get(value, "error"), "line")->integer, 2);
    assert_null(value_get(value_get(value, "error"), "at"));
}

/* What somebody sent is shown short, whole characters only, and cannot forge a line. */
static void test_what_is_shown(void **state)
{
    (void)state;
    assert_string_equal(text_string(&arena, text_shown(&arena, TEXT("a\n\tb\x7f"))), "a  b ");
    char text[200];
    for (size_t shift = 0; shift < 3; shift++) {
        memset(text, 'x', shift);
        for (size_t i = shift; i + 3 <= sizeof text; i += 3)
            memcpy(text + i, "\xe2\x82\xac", 3);
        struct text shown = text_shown(&arena, (struct text){text, sizeof text});
        assert_true(shown.length < 70 && text_is_utf8(shown) && text_ends_with(shown, "..."));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_good_envelope),
        TEST(test_what_is_wrong_with_an_envelope),
        TEST(test_the_length_of_an_id),
        TEST(test_members),
        TEST(test_a_misspelt_member_gets_a_suggestion),
        TEST(test_canonical_without_the_envelope),
        TEST(test_replies),
        TEST(test_what_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
