/*
 * The keys of cases: DIR/keys, a flat file of slots of 64 bytes, each wrapped by the master key. Never in a database:
 * there a deleted key would live on in pages, a WAL and backups. Backed up apart from the journal, and kept shorter.
 *
 *     slot := 16 random bytes | the key and its tag, 48 bytes, encrypted (nonce: those 16 and the slot's number)
 *     the first 64 bytes are the file's own: `covenant keys 1\n`, an id, and a tag that tells the right master key
 *
 * A slot's number is what a record remembers of its key. Slots are filled ahead a thousand at a time and synced before
 * one of them is used, so a commit waits for no second file. A key never leaves this file's code: it is unwrapped into
 * locked memory for one operation and wiped.
 *
 * An erased slot holds the word `erased` and zeros, so that what a torn write or a bad disk left is never taken for an
 * erasure. It is erased for good: no slot is used twice, and an older journal put back finds it so. On flash or a
 * copying file system what was overwritten lies on for a while, wrapped: keys_rotate under a new master key makes that
 * unreadable.
 *
 * Which slot: one for each case of a region; a log's records that are about no case share one of their own (a log and
 * its slots go together when its term is over). KEYS_SLOT_INSTALLATION is for keyed hashes that outlive cases.
 *
 *     long long slot = first_that_no_record_uses;
 *     if (!keys_take(keys, &slot, fault)) ...      before the commit; the record remembers `slot`
 *
 * After FAULT_FULL nothing has changed. After FAULT_BROKEN of a write or sync: stop, never retry.
 */
#ifndef AUDIT_KEYS_H
#define AUDIT_KEYS_H

#include "audit/master.h"
#include "base/arena.h"
#include "base/digest.h"

#define KEYS_SLOT_INSTALLATION 0
#define KEYS_SLOT_FIRST 1
#define KEYS_SLOT_NONE (-1)

struct keys;

/*
 * Opens or makes DIR/keys. A file that the master key's `previous` wraps is written anew: a rotation that was cut short
 * is finished by starting again. Copies what it needs of `master`.
 */
struct keys *keys_open(const char *folder, const struct master *master, struct fault *fault);
/* Accepts NULL. */
void keys_close(struct keys *keys);

/*
 * Moves `*slot` on to the first from there that can be used: filled, whole, never erased. Fills and syncs when the end
 * is reached. Asking for the same slot again is harmless; only a committed record uses it up.
 */
bool keys_take(struct keys *keys, long long *slot, struct fault *fault) MUST_USE;
/*
 * How many slots the file has. A journal that uses a slot from there on has lost its keys; and who continues after an
 * older journal was put back begins here, past all that the lost records used.
 */
long long keys_count(const struct keys *keys);
/* Overwrites slots and syncs, once for all of them. Erasing again what is erased is harmless: start does so. */
bool keys_erase(struct keys *keys, const long long *slots, size_t count, struct fault *fault) MUST_USE;
/* Writes the file anew under `master` (a new key, or the same): a copy, synced, renamed; the old one overwritten. */
bool keys_rotate(struct keys *keys, const struct master *master, struct fault *fault) MUST_USE;

enum key_found {
    KEY_FOUND,
    KEY_ERASED, /* the slot is empty */
    KEY_WRONG,  /* the slot is damaged or not there, or what was sealed is not as it was */
};

/*
 * Encrypts under a slot's key. `text` begins as plain text in `bytes[SEALED_BEFORE .. SEALED_BEFORE + length)` and is
 * there no more afterwards: the bytes become SEALED_BEFORE + length + SEALED_AFTER of nonce, ciphertext and tag.
 */
#define SEALED_BEFORE ((size_t)SECRET_NONCE_BYTES)
#define SEALED_AFTER ((size_t)SECRET_TAG_BYTES)
bool keys_seal(struct keys *keys, long long slot, struct text associated, unsigned char *bytes, size_t length,
               enum key_found *found, struct fault *fault) MUST_USE;
/* The plain text, in the arena, when KEY_FOUND: for who gets it to wipe where that matters. */
bool keys_unseal(struct keys *keys, struct arena *arena, long long slot, struct text associated, struct text sealed,
                 unsigned char **plain, size_t *length, enum key_found *found, struct fault *fault) MUST_USE;
/* A keyed hash of `text` under a slot's key; `label` keeps uses apart ("request", "body", "case"). */
bool keys_hash(struct keys *keys, long long slot, const char *label, struct text text, struct digest *hash,
               enum key_found *found, struct fault *fault) MUST_USE;

#endif
