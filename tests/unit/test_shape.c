/*
 * The schemas in schemas/ are what the tables give. `build/unit/test_shape --write` writes them anew; look at the
 * difference before it is committed.
 */
#include "base/files.h"
#include "base/json.h"
#include "covenant/shape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const struct shape *shape;
    const char *file;
} written[] = {{&shape_covenant, "covenant.json"},
               {&shape_vocabulary, "vocabulary.json"},
               {&shape_calendar, "calendar.json"},
               {&shape_law, "law.json"},
               {&shape_retention, "retention.json"},
               {&shape_example, "example.json"}};
#define WRITTEN (sizeof written / sizeof *written)

static struct text schema_text(struct arena *arena, size_t i)
{
    return text_format(arena, "%.*s\n", TEXT_ARGS(json_write_pretty(arena, shape_schema(arena, written[i].shape, written[i].file))));
}

static int write_schemas(void)
{
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < WRITTEN; i++) {
        const char *path = text_string(&arena, text_format(&arena, "schemas/%s", written[i].file));
        struct text text = schema_text(&arena, i);
        FILE *out = fopen(path, "w");
        if (!out || fwrite(text.at, 1, text.length, out) != text.length || fclose(out) != 0) {
            fprintf(stderr, "cannot write %s\n", path);
            return 1;
        }
    }
    arena_finish(&arena);
    return 0;
}

static void schemas_are_what_the_tables_give(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < WRITTEN; i++) {
        const char *path = text_string(&arena, text_format(&arena, "schemas/%s", written[i].file));
        struct text committed, given = schema_text(&arena, i);
        struct fault fault = {0};
        if (!file_read(&arena, path, 1 << 20, &committed, &fault))
            fail_msg("%s: %s", path, fault.message);
        if (!text_equal(committed, given))
            fail_msg("%s is not what the tables give: run build/unit/test_shape --write", path);
    }
    arena_finish(&arena);
}

/* Every key says what it is for, and every group is one that the keys take part in. */
static void check_table(const struct shape *shape, const struct shape **seen, size_t *count);

static void check_item(const struct shape_value *value, const struct shape **seen, size_t *count)
{
    if (value->map)
        check_table(value->map, seen, count);
    if (value->item)
        check_item(value->item, seen, count);
}

static void check_table(const struct shape *shape, const struct shape **seen, size_t *count)
{
    for (size_t i = 0; i < *count; i++)
        if (seen[i] == shape)
            return;
    assert_true(*count < 100);
    seen[(*count)++] = shape;
    assert_true(shape->keys_count > 0 && shape->keys_count < 64);
    assert_true(strlen(shape->description) > 5);
    unsigned bits = 0;
    for (size_t i = 0; i < shape->keys_count; i++) {
        const struct shape_key *key = &shape->keys[i];
        bits |= key->is;
        assert_true(strlen(key->description) > 5);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(key->name, shape->keys[k].name);
        check_item(&key->value, seen, count);
    }
    for (size_t g = 0; g < SHAPE_GROUPS_MAX; g++)
        assert_int_equal(shape->groups[g].bits & ~bits, 0);
}

static void tables_are_whole(void **state)
{
    (void)state;
    const struct shape *seen[100];
    size_t count = 0;
    for (size_t i = 0; i < WRITTEN; i++)
        check_table(written[i].shape, seen, &count);
    assert_true(count > 40);
}

/* Plain scalars that some reader of YAML takes for something else than text, and some that none does. */
static void ambiguous_scalars(void **state)
{
    (void)state;
    static const char *const ambiguous[] = {"010",  "0o10", "0x1F", "0b11", "12:30", "1_000", "1e3",  "1.5e-3", "12",   "-1",    "+3",
                                            "1.50", ".5",   "1.",   "~",    "null",  "Null",  "true", "False",  ".inf", "-.Inf", ".nan",
                                            "190:20:30"};
    static const char *const text[] = {"yes",        "no",      "on",    "off",     "y",        "n",    "2022-07-01", "P6M",  "5 working days",
                                       "art. 3",     "nullen",  "waar",    "1e",       "-",    "e3",         ".",    "1-2",
                                       "2022-07-01T10:00:00", "3 maanden", "Infinity", "10%",   "x12",  "0xZZ"};
    for (size_t i = 0; i < sizeof ambiguous / sizeof *ambiguous; i++)
        if (!scalar_is_ambiguous(text_of(ambiguous[i])))
            fail_msg("`%s` is ambiguous", ambiguous[i]);
    for (size_t i = 0; i < sizeof text / sizeof *text; i++)
        if (scalar_is_ambiguous(text_of(text[i])))
            fail_msg("`%s` is text", text[i]);
}

int main(int count, char **arguments)
{
    if (count > 1 && strcmp(arguments[1], "--write") == 0)
        return write_schemas();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schemas_are_what_the_tables_give),
        cmocka_unit_test(tables_are_whole),
        cmocka_unit_test(ambiguous_scalars),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
