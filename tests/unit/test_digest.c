#include "base/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static struct arena arena;

static int begin(void **state)
{
    (void)state;
    arena_init(&arena);
    return digest_init() ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

static void assert_digest(struct digest digest, const char *expected)
{
    assert_string_equal(text_string(&arena, digest_text(&arena, digest)), expected);
}

/* FIPS 180-2, appendix B. */
static void test_known_digests(void **state)
{
    (void)state;
    assert_digest(digest_of(TEXT("")), "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_digest(digest_of((struct text){0}),
                  "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_digest(digest_of(TEXT("abc")), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_digest(digest_of(TEXT("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
                  "sha256:248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

/* RFC 4231: test cases 1 and 2; a shorter key is the same as one filled up with zeros. */
static void test_known_keyed(void **state)
{
    (void)state;
    unsigned char key[DIGEST_BYTES] = {0};
    memset(key, 0x0b, 20);
    assert_digest(digest_keyed(key, TEXT("Hi There")),
                  "sha256:b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    memset(key, 0, sizeof key);
    memcpy(key, "Jefe", 4);
    assert_digest(digest_keyed(key, TEXT("what do ya want for nothing?")),
                  "sha256:5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void test_parse(void **state)
{
    (void)state;
    struct digest digest = digest_of(TEXT("abc")), parsed;
    assert_true(digest_parse(digest_text(&arena, digest), &parsed));
    assert_true(digest_equal(digest, parsed));
    assert_false(digest_equal(digest, digest_of(TEXT("abd"))));
    static const char *const bad[] = {
        "",
        "sha256:",
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a",
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0",
        "sha256:BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "sha256:ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "sha512:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0000000",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(digest_parse(text_of(bad[i]), &parsed));
}

static int64_t milliseconds_of(struct text uuid)
{
    int64_t number = 0;
    for (size_t i = 0; i < 13; i++) {
        const char *digit = uuid.at[i] == '-' ? NULL : strchr("0123456789abcdef", uuid.at[i]);
        if (digit)
            number = number * 16 + (digit - "0123456789abcdef");
    }
    return number;
}

static void assert_uuid(struct text uuid)
{
    static const char form[] = "xxxxxxxx-xxxx-7xxx-yxxx-xxxxxxxxxxxx";
    assert_int_equal(uuid.length, 36);
    for (size_t i = 0; i < uuid.length; i++) {
        const char *allowed = form[i] == 'x'   ? "0123456789abcdef"
                              : form[i] == 'y' ? "89ab"
                              : form[i] == '7' ? "7"
                                               : "-";
        assert_non_null(strchr(allowed, uuid.at[i]));
    }
}

static void test_uuids_rise(void **state)
{
    (void)state;
    struct uuid_source source = {0};
    struct text before = uuid_new(&source, &arena);
    int64_t now_ms = (int64_t)time(NULL) * 1000;
    assert_true(milliseconds_of(before) > now_ms - 2000 && milliseconds_of(before) < now_ms + 2000);
    for (int i = 0; i < 20000; i++) { /* many more than one millisecond has room for */
        struct text uuid = uuid_new(&source, &arena);
        assert_uuid(uuid);
        assert_true(text_compare(before, uuid) < 0);
        before = uuid;
    }
}

static void test_uuids_rise_when_the_clock_is_set_back(void **state)
{
    (void)state;
    int64_t ahead = ((int64_t)time(NULL) + 3600) * 1000; /* an hour ago it was an hour later */
    struct uuid_source source = {ahead, 0xFFD};
    struct text before = uuid_new(&source, &arena);
    assert_int_equal(milliseconds_of(before), ahead);
    for (int i = 0; i < 10000; i++) {
        struct text uuid = uuid_new(&source, &arena);
        assert_uuid(uuid);
        assert_true(text_compare(before, uuid) < 0);
        before = uuid;
    }
    assert_true(milliseconds_of(before) > ahead && milliseconds_of(before) < ahead + 100);
}

static void unhex(const char *hex, unsigned char *bytes)
{
    for (size_t i = 0; hex[2 * i] != '\0'; i++) {
        unsigned byte;
        assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
        bytes[i] = (unsigned char)byte;
    }
}

/* RFC 8032, 7.1: tests 1 and 2. */
static void test_signatures(void **state)
{
    (void)state;
    static const char *const vectors[][4] = {
        {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595b"
         "be24655141438e7a100b"},
        {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb430"
         "2aeeb00d291612bb0c00"},
    };
    for (size_t i = 0; i < 2; i++) {
        unsigned char seed[SIGNING_SEED_BYTES], public_key[PUBLIC_KEY_BYTES], made_key[PUBLIC_KEY_BYTES];
        unsigned char key[SIGNING_KEY_BYTES], signature[SIGNATURE_BYTES], made[SIGNATURE_BYTES], message[1];
        unhex(vectors[i][0], seed);
        unhex(vectors[i][1], public_key);
        unhex(vectors[i][2], message);
        unhex(vectors[i][3], signature);
        struct text text = {(const char *)message, i};
        signing_key_of(seed, key, made_key);
        assert_memory_equal(made_key, public_key, sizeof public_key);
        signature_make(key, text, made);
        assert_memory_equal(made, signature, sizeof signature);
        assert_true(signature_good(public_key, text, signature));
        assert_false(signature_good(public_key, TEXT("other"), signature));
        signature[3] ^= 1;
        assert_false(signature_good(public_key, text, signature));
    }
}

static void test_parts(void **state)
{
    (void)state;
    struct text parts[] = {TEXT("a"), {0}, TEXT("bc")};
    assert_true(digest_equal(digest_of_parts(parts, 3), digest_of(TEXT("abc"))));
    assert_true(digest_equal(digest_of_parts(NULL, 0), digest_of(TEXT(""))));
}

static void test_random(void **state)
{
    (void)state;
    unsigned char a[32] = {0}, b[32] = {0};
    random_bytes(a, sizeof a);
    random_bytes(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_known_digests, begin, end),
        cmocka_unit_test_setup_teardown(test_known_keyed, begin, end),
        cmocka_unit_test_setup_teardown(test_parse, begin, end),
        cmocka_unit_test_setup_teardown(test_uuids_rise, begin, end),
        cmocka_unit_test_setup_teardown(test_uuids_rise_when_the_clock_is_set_back, begin, end),
        cmocka_unit_test_setup_teardown(test_signatures, begin, end),
        cmocka_unit_test_setup_teardown(test_parts, begin, end),
        cmocka_unit_test_setup_teardown(test_random, begin, end),
    };
    return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
