/*
 * The key that signs tree heads (Ed25519): DIR/signing-key, 128 bytes, the secret half wrapped by the master key and
 * the public one in clear. Made at first start. A verifier's key (vkey) is the public half with a log's name: see
 * audit/note.h.
 */
#ifndef AUDIT_SIGNING_H
#define AUDIT_SIGNING_H

#include "audit/master.h"
#include "base/digest.h"

struct signing_key {
    unsigned char *key; /* SIGNING_KEY_BYTES of locked memory, as checkpoint_sign takes it */
    unsigned char public_key[PUBLIC_KEY_BYTES];
    bool made; /* just now: its vkeys are to be printed */
};

/* Makes one where there is none. One that the master key's `previous` wraps is wrapped anew. */
bool signing_key_init(struct signing_key *key, const char *folder, const struct master *master,
                      struct fault *fault) MUST_USE;
/* Accepts a zeroed one. Wipes it. */
void signing_key_finish(struct signing_key *key);
/* The same pair, wrapped by `master` (a new key). */
bool signing_key_rotate(const struct signing_key *key, const char *folder, const struct master *master,
                        struct fault *fault) MUST_USE;
/*
 * Another pair, in steps that a start finishes or takes back when they were cut short (audit/journal_rotate.c):
 *
 *     signing_key_prepare    DIR/signing-key.next is a new pair
 *     (the journal records `key_rotated`, signed by the old pair)
 *     signing_key_adopt      it takes the place of DIR/signing-key, which is overwritten
 *     signing_key_drop       or it is removed: nothing was recorded
 *
 * signing_key_pending gives what lies there; zeroed when nothing does.
 */
bool signing_key_prepare(struct signing_key *next, const char *folder, const struct master *master,
                         struct fault *fault) MUST_USE;
bool signing_key_pending(struct signing_key *next, const char *folder, const struct master *master,
                         struct fault *fault) MUST_USE;
bool signing_key_adopt(struct signing_key *key, struct signing_key *next, const char *folder,
                       const struct master *master, struct fault *fault) MUST_USE;
bool signing_key_drop(struct signing_key *next, const char *folder, struct fault *fault) MUST_USE;

#endif
