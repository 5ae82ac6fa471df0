#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_zeroed_and_aligned(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    for (size_t size = 0; size < 3000; size += 7) {
        unsigned char *bytes = arena_alloc(&arena, size);
        assert_non_null(bytes);
        assert_int_equal((uintptr_t)bytes % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(bytes[i], 0);
        memset(bytes, 0xAA, size); /* what comes next must not be this */
    }
    unsigned char *large = arena_alloc(&arena, 1000000);
    assert_int_equal(large[0] | large[999999], 0);
    arena_finish(&arena);
    arena_finish(&arena);
    struct arena zeroed = {0};
    arena_finish(&zeroed);
}

static void test_pushing(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    int *items = NULL;
    size_t count = 0, capacity = 0;
    for (int i = 0; i < 1000; i++) {
        int *room = arena_push(&arena, &items, &count, &capacity, sizeof *items);
        assert_int_equal(*room, 0);
        *room = i;
    }
    assert_int_equal(count, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
    arena_finish(&arena);
}

/* True when the arena gave it, false when it jumped. */
static bool asks(size_t limit, size_t count, size_t size)
{
    struct arena arena;
    jmp_buf escape;
    arena_init(&arena);
    if (setjmp(escape)) {
        arena_finish(&arena);
        return false;
    }
    arena.limit = limit;
    arena.escape = &escape;
    arena_alloc_array(&arena, count, size);
    arena_finish(&arena);
    return true;
}

static void test_the_limit(void **state)
{
    (void)state;
    assert_true(asks(1000, 1, 900));
    assert_true(asks(1024, 64, 16));
    assert_false(asks(1000, 1, 1001));
    assert_false(asks(1000, 100, 100));
    assert_false(asks(0, SIZE_MAX / 2, 3));
    assert_false(asks(0, SIZE_MAX, SIZE_MAX));
    assert_false(asks(0, 1, SIZE_MAX));
    assert_true(asks(0, 0, SIZE_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zeroed_and_aligned),
        cmocka_unit_test(test_pushing),
        cmocka_unit_test(test_the_limit),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
