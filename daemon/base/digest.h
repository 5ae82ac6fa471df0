/*
 * Digests, keyed hashes, ids: libsodium behind names of our own. Digests are written `sha256:<64 hex>`.
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
struct text digest_text(struct arena *arena, struct digest digest);
bool digest_parse(struct text text, struct digest *digest);
bool digest_equal(struct digest a, struct digest b);
/* HMAC-SHA-256 under a key of DIGEST_BYTES: for what must not be guessed from its hash (ids, bodies). */
struct digest digest_keyed(const unsigned char key[DIGEST_BYTES], struct text text);
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
