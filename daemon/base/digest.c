#include "base/digest.h"

/* SHA256_Init and its like are called deprecated, and are there in every libcrypto: EVP costs more than a short hash. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <sodium.h>

#include <string.h>
#include <time.h>

_Static_assert(DIGEST_BYTES == crypto_hash_sha256_BYTES, "a digest is a SHA-256");
_Static_assert(DIGEST_BYTES == crypto_auth_hmacsha256_KEYBYTES, "a key is as long as a digest");
_Static_assert(SIGNING_SEED_BYTES == crypto_sign_SEEDBYTES && SIGNING_KEY_BYTES == crypto_sign_SECRETKEYBYTES &&
                   PUBLIC_KEY_BYTES == crypto_sign_PUBLICKEYBYTES && SIGNATURE_BYTES == crypto_sign_BYTES,
               "signatures are Ed25519");

static const char prefix[] = "sha256:";
#define PREFIX_LENGTH (sizeof prefix - 1)
#define DIGEST_TEXT_LENGTH (PREFIX_LENGTH + 2 * (size_t)DIGEST_BYTES)

static const char hex[] = "0123456789abcdef";

bool digest_init(void)
{
    return sodium_init() >= 0; /* 1: somebody did it before */
}

static const unsigned char *bytes_of(struct text text)
{
    return (const unsigned char *)(text.at ? text.at : "");
}

/* libcrypto's, which uses what the processor has for it: four times as fast as libsodium's, and it is most of sealing. */
struct digest digest_of_parts(const struct text *parts, size_t count)
{
    SHA256_CTX state;
    SHA256_Init(&state);
    for (size_t i = 0; i < count; i++)
        SHA256_Update(&state, bytes_of(parts[i]), parts[i].length);
    struct digest digest;
    SHA256_Final(digest.bytes, &state);
    sodium_memzero(&state, sizeof state); /* salts pass through it */
    return digest;
}

struct digest digest_of(struct text text)
{
    return digest_of_parts(&text, 1);
}

struct digest digest_keyed(const unsigned char key[DIGEST_BYTES], struct text text)
{
    struct digest digest;
    crypto_auth_hmacsha256(digest.bytes, bytes_of(text), text.length, key);
    return digest;
}

struct text digest_text(struct arena *arena, struct digest digest)
{
    char *at = arena_alloc(arena, DIGEST_TEXT_LENGTH + 1);
    memcpy(at, prefix, PREFIX_LENGTH);
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        at[PREFIX_LENGTH + 2 * i] = hex[digest.bytes[i] >> 4];
        at[PREFIX_LENGTH + 2 * i + 1] = hex[digest.bytes[i] & 15];
    }
    return (struct text){at, DIGEST_TEXT_LENGTH};
}

/* The value of a digit in lower case, the one way in which we write them; -1 for anything else. */
static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

bool digest_parse(struct text text, struct digest *digest)
{
    if (text.length != DIGEST_TEXT_LENGTH || !text_starts_with(text, prefix))
        return false;
    struct digest found;
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        int high = hex_value(text.at[PREFIX_LENGTH + 2 * i]), low = hex_value(text.at[PREFIX_LENGTH + 2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        found.bytes[i] = (unsigned char)(high << 4 | low);
    }
    *digest = found;
    return true;
}

bool digest_equal(struct digest a, struct digest b)
{
    return sodium_memcmp(a.bytes, b.bytes, DIGEST_BYTES) == 0;
}

void signing_key_of(const unsigned char seed[SIGNING_SEED_BYTES], unsigned char key[SIGNING_KEY_BYTES],
                    unsigned char public_key[PUBLIC_KEY_BYTES])
{
    crypto_sign_seed_keypair(public_key, key, seed);
}

void signature_make(const unsigned char key[SIGNING_KEY_BYTES], struct text text,
                    unsigned char signature[SIGNATURE_BYTES])
{
    crypto_sign_detached(signature, NULL, bytes_of(text), text.length, key);
}

bool signature_good(const unsigned char public_key[PUBLIC_KEY_BYTES], struct text text,
                    const unsigned char signature[SIGNATURE_BYTES])
{
    return crypto_sign_verify_detached(signature, bytes_of(text), text.length, public_key) == 0;
}

void random_bytes(void *bytes, size_t size)
{
    randombytes_buf(bytes, size);
}

/*
 * The sequence takes the twelve bits after the version (RFC 9562, 6.2, method 1). It begins each millisecond at random
 * in its lower half, so that there is room to count; where that runs out, the next millisecond is begun early.
 */
static void next_in_sequence(struct uuid_source *source)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t now_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    if (now_ms <= source->last_ms && source->sequence < 0xFFF) {
        source->sequence++;
        return;
    }
    source->last_ms = now_ms > source->last_ms ? now_ms : source->last_ms + 1;
    source->sequence = (uint16_t)(randombytes_random() & 0x7FF);
}

struct text uuid_new(struct uuid_source *source, struct arena *arena)
{
    next_in_sequence(source);
    unsigned char bytes[16];
    random_bytes(bytes + 8, 8);
    for (size_t i = 0; i < 6; i++)
        bytes[i] = (unsigned char)(source->last_ms >> (40 - 8 * i));
    bytes[6] = (unsigned char)(0x70 | source->sequence >> 8);
    bytes[7] = (unsigned char)source->sequence;
    bytes[8] = (unsigned char)((bytes[8] & 0x3F) | 0x80);
    char *at = arena_alloc(arena, 37);
    size_t length = 0;
    for (size_t i = 0; i < sizeof bytes; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            at[length++] = '-';
        at[length++] = hex[bytes[i] >> 4];
        at[length++] = hex[bytes[i] & 15];
    }
    return (struct text){at, length};
}
