/* Sealing for one who is not here: only their secret key opens it, and only as it was. */
#include "base/arena.h"
#include "base/digest.h"
#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void test_opened_by_its_key_alone(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 1, 31, 32, 1000, 70000};
    unsigned char public_key[BOX_KEY_BYTES], secret_key[BOX_KEY_BYTES], again[BOX_KEY_BYTES];
    unsigned char other_public[BOX_KEY_BYTES], other_secret[BOX_KEY_BYTES];
    struct arena arena;
    arena_init(&arena);
    box_keys(public_key, secret_key);
    box_keys(other_public, other_secret);
    box_public(again, secret_key);
    assert_memory_equal(again, public_key, BOX_KEY_BYTES);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        size_t length = lengths[i];
        unsigned char *plain = arena_alloc(&arena, length + 1), *opened = arena_alloc(&arena, length + 1);
        unsigned char *sealed = arena_alloc(&arena, length + BOX_MORE_BYTES);
        struct text box = {(const char *)sealed, length + BOX_MORE_BYTES};
        random_bytes(plain, length);
        assert_true(box_seal(sealed, (struct text){(const char *)plain, length}, public_key));
        assert_true(box_open(opened, box, public_key, secret_key));
        assert_memory_equal(opened, plain, length);
        assert_false(box_open(opened, box, other_public, other_secret));
        assert_false(box_open(opened, box, public_key, other_secret));
        for (size_t at = 0; at < box.length; at += 1 + box.length / 100) {
            sealed[at] ^= 1;
            assert_false(box_open(opened, box, public_key, secret_key));
            sealed[at] ^= 1;
        }
        for (size_t cut = 1; cut <= box.length; cut += 1 + box.length / 20)
            assert_false(box_open(opened, text_slice(box, 0, box.length - cut), public_key, secret_key));
    }
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_opened_by_its_key_alone)};
    return digest_init() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
