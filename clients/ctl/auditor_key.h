/*
 * An auditor's pair of keys: what `export --whole` seals to, and what opens it. Each half is a file of one line,
 *
 *     covenant auditor public key 1 <Base64 of 32 bytes>
 *
 * and `secret` in place of `public`. The public half is handed to who exports; the secret one stays with the auditor.
 */
#ifndef CTL_AUDITOR_KEY_H
#define CTL_AUDITOR_KEY_H

#include "base/fault.h"
#include "base/secret.h"

/* FILE and FILE.pub; neither may be there. */
bool auditor_key_make(struct arena *arena, const char *path, struct fault *fault) MUST_USE;
bool auditor_key_public(struct arena *arena, const char *path, unsigned char key[BOX_KEY_BYTES],
                        struct fault *fault) MUST_USE;
/* For who reads it to wipe. */
bool auditor_key_secret(struct arena *arena, const char *path, unsigned char key[BOX_KEY_BYTES],
                        struct fault *fault) MUST_USE;

#endif
