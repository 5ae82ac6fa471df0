#include "base/secret.h"

#include <sodium.h>

#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

_Static_assert(SECRET_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "a key of the cipher");
_Static_assert(SECRET_NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "a nonce of the cipher");
_Static_assert(SECRET_TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "a tag of the cipher");

_Static_assert(BOX_KEY_BYTES == crypto_box_PUBLICKEYBYTES && BOX_KEY_BYTES == crypto_box_SECRETKEYBYTES, "keys of a box");
_Static_assert(BOX_MORE_BYTES == crypto_box_SEALBYTES, "what a sealed box adds");

/* A child gets zeros in place of these pages. Where the system cannot do that, it has no secrets to itself either. */
static void keep_from_children(void *secret, size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t before = (uintptr_t)secret % page;
    size_t length = (before + size + page - 1) / page * page;
    madvise((char *)secret - before, length, MADV_WIPEONFORK);
}

void *secret_acquire(size_t size)
{
    void *secret = sodium_malloc(size);
    if (!secret)
        return NULL;
    keep_from_children(secret, size);
    sodium_memzero(secret, size);
    return secret;
}

void secret_release(void *secret)
{
    sodium_free(secret);
}

void secret_wipe(void *memory, size_t size)
{
    sodium_memzero(memory, size);
}

static const unsigned char *bytes_of(struct text text)
{
    return (const unsigned char *)(text.at ? text.at : "");
}

void secret_seal(unsigned char *bytes, size_t length, struct text associated,
                 const unsigned char nonce[SECRET_NONCE_BYTES], const unsigned char key[SECRET_BYTES])
{
    crypto_aead_xchacha20poly1305_ietf_encrypt_detached(bytes, bytes + length, NULL, bytes, length,
                                                        bytes_of(associated), associated.length, NULL, nonce, key);
}

bool secret_open(unsigned char *bytes, size_t length, struct text associated,
                 const unsigned char nonce[SECRET_NONCE_BYTES], const unsigned char key[SECRET_BYTES])
{
    return crypto_aead_xchacha20poly1305_ietf_decrypt_detached(bytes, NULL, bytes, length, bytes + length,
                                                               bytes_of(associated), associated.length, nonce,
                                                               key) == 0;
}

void box_keys(unsigned char public_key[BOX_KEY_BYTES], unsigned char secret_key[BOX_KEY_BYTES])
{
    int failed = crypto_box_keypair(public_key, secret_key);
    assert(!failed); /* only a system without randomness could make it fail, which digest_init has ruled out */
}

void box_public(unsigned char public_key[BOX_KEY_BYTES], const unsigned char secret_key[BOX_KEY_BYTES])
{
    int failed = crypto_scalarmult_base(public_key, secret_key);
    assert(!failed);
}

bool box_seal(unsigned char *sealed, struct text text, const unsigned char public_key[BOX_KEY_BYTES])
{
    return crypto_box_seal(sealed, bytes_of(text), text.length, public_key) == 0;
}

bool box_open(unsigned char *text, struct text sealed, const unsigned char public_key[BOX_KEY_BYTES],
              const unsigned char secret_key[BOX_KEY_BYTES])
{
    return sealed.length >= BOX_MORE_BYTES &&
           crypto_box_seal_open(text, bytes_of(sealed), sealed.length, public_key, secret_key) == 0;
}

void secret_hash(unsigned char hash[SECRET_BYTES], const unsigned char key[SECRET_BYTES], const char *label,
                 struct text text)
{
    crypto_generichash_state state;
    int failed = crypto_generichash_init(&state, key, SECRET_BYTES, SECRET_BYTES);
    failed |= crypto_generichash_update(&state, (const unsigned char *)label, strlen(label) + 1);
    failed |= crypto_generichash_update(&state, bytes_of(text), text.length);
    failed |= crypto_generichash_final(&state, hash, SECRET_BYTES);
    assert(!failed); /* only lengths that are ours could make it fail */
    sodium_memzero(&state, sizeof state);
}
