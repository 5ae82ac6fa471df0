/*
 * Digests, keyed hashes, signatures, ids: libsodium and libcrypto behind names of our own. Digests are written `sha256:<64 hex>`.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

#define DIGEST_BYTES 32

struct digest {
    unsigned char bytes[DIGEST_BYTES];
};

/* Once per process, before all else here; false when the system gives no randomness. */
bool digest_init(void);
struct digest digest_of(struct text text);
/* Of several texts, one after the other. */
struct digest digest_of_parts(const struct text *parts, size_t count);
struct text digest_text(struct arena *arena, struct digest digest);
bool digest_parse(struct text text, struct digest *digest);
bool digest_equal(struct digest a, struct digest b);
/* HMAC-SHA-256 under a key of DIGEST_BYTES: for what must not be guessed from its hash (ids, bodies). */
struct digest digest_keyed(const unsigned char key[DIGEST_BYTES], struct text text);

/* Ed25519 (RFC 8032). The signing key is the seed and the public key, as libsodium keeps it. */
#define SIGNING_SEED_BYTES 32
#define SIGNING_KEY_BYTES 64
#define PUBLIC_KEY_BYTES 32
#define SIGNATURE_BYTES 64
void signing_key_of(const unsigned char seed[SIGNING_SEED_BYTES], unsigned char key[SIGNING_KEY_BYTES],
                    unsigned char public_key[PUBLIC_KEY_BYTES]);
void signature_make(const unsigned char key[SIGNING_KEY_BYTES], struct text text,
                    unsigned char signature[SIGNATURE_BYTES]);
bool signature_good(const unsigned char public_key[PUBLIC_KEY_BYTES], struct text text,
                    const unsigned char signature[SIGNATURE_BYTES]);

void random_bytes(void *bytes, size_t size);
/*
 * A UUIDv7 (RFC 9562) for this moment, 36 characters. Rising: one made later in this process sorts later, also within
 * a millisecond and when the clock is set back.
 */
struct uuid_source {
    int64_t last_ms;
    uint16_t sequence;
};
struct text uuid_new(struct uuid_source *source, struct arena *arena);

#endif
