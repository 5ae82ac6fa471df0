/*
 * Secrets: memory for them, encryption and keyed hashes; libsodium behind names of our own, as in base/digest.h.
 *
 * A secret lies in memory of its own: locked against swapping, kept out of core files, between guard pages, empty in a
 * child process, wiped when released. Where one has to pass through other memory, who put it there wipes it.
 *
 * Encryption is XChaCha20-Poly1305: a key of 32 bytes, a nonce of 24, a tag of 16 after the text; `associated` is not
 * encrypted but must be the same again. Keyed hashes are BLAKE2b with a key: several times faster here than HMAC.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

#define SECRET_BYTES 32
#define SECRET_NONCE_BYTES 24
#define SECRET_TAG_BYTES 16

/* NULL when there is no memory. digest_init comes first. A child process must not touch or release what it inherits. */
void *secret_acquire(size_t size);
/* Accepts NULL. */
void secret_release(void *secret);
void secret_wipe(void *memory, size_t size);

/* Encrypts `length` bytes where they are; the tag goes to the SECRET_TAG_BYTES after them. */
void secret_seal(unsigned char *bytes, size_t length, struct text associated,
                 const unsigned char nonce[SECRET_NONCE_BYTES], const unsigned char key[SECRET_BYTES]);
/* The other way, `length` without the tag. False, and zeros in their place, when anything of it is not as it was. */
bool secret_open(unsigned char *bytes, size_t length, struct text associated,
                 const unsigned char nonce[SECRET_NONCE_BYTES], const unsigned char key[SECRET_BYTES])
    __attribute__((warn_unused_result));
/*
 * For one who is not here: what is sealed to a public key is read by who has its secret half, and by nobody else, not
 * even who sealed it (X25519 with a key that is thrown away, XSalsa20-Poly1305). It says nothing of who sealed it.
 */
#define BOX_KEY_BYTES 32
#define BOX_MORE_BYTES 48 /* that a sealed text is longer */
void box_keys(unsigned char public_key[BOX_KEY_BYTES], unsigned char secret_key[BOX_KEY_BYTES]);
/* `sealed` has room for text.length + BOX_MORE_BYTES. False when that is no public key. */
bool box_seal(unsigned char *sealed, struct text text, const unsigned char public_key[BOX_KEY_BYTES])
    __attribute__((warn_unused_result));
/* `text` has room for sealed.length - BOX_MORE_BYTES. False when it is not as it was, or sealed to another key. */
bool box_open(unsigned char *text, struct text sealed, const unsigned char public_key[BOX_KEY_BYTES],
              const unsigned char secret_key[BOX_KEY_BYTES]) __attribute__((warn_unused_result));
/* The public half of a secret key. */
void box_public(unsigned char public_key[BOX_KEY_BYTES], const unsigned char secret_key[BOX_KEY_BYTES]);

/* A keyed hash of `label`, a zero byte and `text`: labels keep apart what one key is used for. */
void secret_hash(unsigned char hash[SECRET_BYTES], const unsigned char key[SECRET_BYTES], const char *label,
                 struct text text);

#endif
