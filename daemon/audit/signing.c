#include "audit/signing.h"

#include "base/durable.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define NAME "signing-key"
#define NAME_NEXT "signing-key.next"
static const char magic[17] = "covenant sign 1\n";
#define MAGIC_BYTES ((size_t)16)

struct signing_file {
    unsigned char magic[MAGIC_BYTES];
    unsigned char public_key[PUBLIC_KEY_BYTES]; /* with the magic: associated with what is sealed */
    unsigned char nonce[SECRET_NONCE_BYTES];
    unsigned char seed[SIGNING_SEED_BYTES + SECRET_TAG_BYTES];
    unsigned char rest[8];
};
_Static_assert(sizeof(struct signing_file) == 128, "no room between the members");
_Static_assert(SIGNING_SEED_BYTES == SECRET_BYTES, "a seed is wrapped as keys are");

static struct text associated_of(const struct signing_file *file)
{
    return (struct text){(const char *)file, MAGIC_BYTES + PUBLIC_KEY_BYTES};
}

/* The seed is the first half of the key, as libsodium keeps it (base/digest.h). */
static bool file_write(const struct signing_key *key, const char *folder, const char *name,
                       const struct master *master, struct fault *fault)
{
    struct signing_file *file = secret_acquire(sizeof *file);
    if (!file)
        return fault_set(fault, FAULT_BROKEN, "there is no memory for a key");
    memcpy(file->magic, magic, MAGIC_BYTES);
    memcpy(file->public_key, key->public_key, PUBLIC_KEY_BYTES);
    random_bytes(file->nonce, sizeof file->nonce);
    memcpy(file->seed, key->key, SIGNING_SEED_BYTES);
    secret_seal(file->seed, SIGNING_SEED_BYTES, associated_of(file), file->nonce, master->key);
    bool good = durable_replace(folder, name, (struct text){(const char *)file, sizeof *file}, true, fault);
    secret_release(file);
    return good;
}

/* In locked memory all the way; `key` is changed only when the file is. */
static bool pair_make(struct signing_key *key, const char *folder, const char *name, const struct master *master,
                      struct fault *fault)
{
    struct signing_key made = {.key = secret_acquire(SIGNING_KEY_BYTES), .made = true};
    unsigned char *seed = secret_acquire(SIGNING_SEED_BYTES);
    bool good = made.key && seed;
    if (good) {
        random_bytes(seed, SIGNING_SEED_BYTES);
        signing_key_of(seed, made.key, made.public_key);
        good = file_write(&made, folder, name, master, fault);
    } else {
        fault_set(fault, FAULT_BROKEN, "there is no memory for a key");
    }
    secret_release(seed);
    if (!good) {
        secret_release(made.key);
        return false;
    }
    signing_key_finish(key);
    *key = made;
    return true;
}

/* Into `file->seed`; from `sealed`, because a wrong key leaves zeros. */
static bool unwrap(struct signing_file *file, const unsigned char sealed[sizeof file->seed],
                   const unsigned char *wrapping)
{
    memcpy(file->seed, sealed, sizeof file->seed);
    return wrapping && secret_open(file->seed, SIGNING_SEED_BYTES, associated_of(file), file->nonce, wrapping);
}

/* `*old`: it was the master key before this one that opened it. */
static bool file_open(struct signing_file *file, struct signing_key *key, const struct master *master, bool *old,
                      struct fault *fault)
{
    if (memcmp(file->magic, magic, MAGIC_BYTES) != 0)
        return fault_set(fault, FAULT_BROKEN, "the signing key is damaged: `" NAME "` does not begin as one");
    unsigned char sealed[sizeof file->seed];
    memcpy(sealed, file->seed, sizeof sealed);
    *old = false;
    if (!unwrap(file, sealed, master->key)) {
        *old = unwrap(file, sealed, master->previous);
        if (!*old)
            return fault_set(fault, FAULT_BROKEN,
                             "the master key does not open `" NAME "`: it is another one, or that file is damaged");
    }
    key->key = secret_acquire(SIGNING_KEY_BYTES);
    if (!key->key)
        return fault_set(fault, FAULT_BROKEN, "there is no memory for a key");
    signing_key_of(file->seed, key->key, key->public_key);
    if (memcmp(key->public_key, file->public_key, PUBLIC_KEY_BYTES) != 0)
        return fault_set(fault, FAULT_BROKEN, "the signing key is damaged: its halves do not belong together");
    return true;
}

static bool file_read_in(struct signing_file *file, const char *folder, const char *name, struct fault *fault)
{
    int descriptor = durable_open(folder, name, false, fault);
    if (descriptor < 0)
        return false;
    ssize_t length = read_at(descriptor, file, sizeof *file, 0);
    if (length < 0)
        durable_fault(fault, "read", folder, name);
    else if ((size_t)length < sizeof *file)
        fault_set(fault, FAULT_BROKEN, "the signing key is damaged: `" NAME "` has %zd bytes, expected %zu", length,
                  sizeof *file);
    close(descriptor);
    return length == (ssize_t)sizeof *file;
}

bool signing_key_init(struct signing_key *key, const char *folder, const struct master *master, struct fault *fault)
{
    *key = (struct signing_key){0};
    if (!durable_is_there(folder, NAME))
        return pair_make(key, folder, NAME, master, fault);
    struct signing_file *file = secret_acquire(sizeof *file);
    if (!file)
        return fault_set(fault, FAULT_BROKEN, "there is no memory for a key");
    bool old = false;
    bool good = file_read_in(file, folder, NAME, fault) && file_open(file, key, master, &old, fault) &&
                (!old || signing_key_rotate(key, folder, master, fault));
    secret_release(file);
    if (!good)
        signing_key_finish(key);
    return good;
}

void signing_key_finish(struct signing_key *key)
{
    secret_release(key->key);
    *key = (struct signing_key){0};
}

bool signing_key_rotate(const struct signing_key *key, const char *folder, const struct master *master,
                        struct fault *fault)
{
    return file_write(key, folder, NAME, master, fault);
}

bool signing_key_prepare(struct signing_key *next, const char *folder, const struct master *master,
                         struct fault *fault)
{
    return pair_make(next, folder, NAME_NEXT, master, fault);
}

bool signing_key_pending(struct signing_key *next, const char *folder, const struct master *master,
                         struct fault *fault)
{
    *next = (struct signing_key){0};
    if (!durable_is_there(folder, NAME_NEXT))
        return true;
    struct signing_file *file = secret_acquire(sizeof *file);
    if (!file)
        return fault_set(fault, FAULT_BROKEN, "there is no memory for a key");
    bool old;
    bool good = file_read_in(file, folder, NAME_NEXT, fault) && file_open(file, next, master, &old, fault);
    secret_release(file);
    if (!good)
        signing_key_finish(next);
    return good;
}

bool signing_key_adopt(struct signing_key *key, struct signing_key *next, const char *folder,
                       const struct master *master, struct fault *fault)
{
    if (!file_write(next, folder, NAME, master, fault))
        return false;
    signing_key_finish(key);
    *key = *next;
    *next = (struct signing_key){0};
    return durable_remove(folder, NAME_NEXT, fault);
}

bool signing_key_drop(struct signing_key *next, const char *folder, struct fault *fault)
{
    signing_key_finish(next);
    return durable_remove(folder, NAME_NEXT, fault);
}
