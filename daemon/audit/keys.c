#include "audit/keys.h"

#include "base/durable.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME "keys"
#define SLOT_BYTES ((size_t)64)
#define RANDOM_BYTES ((size_t)16)
/* Filled ahead at once; and how many slots are moved in one piece when the file is written anew. */
#define AHEAD ((size_t)1000)

static const char magic[17] = "covenant keys 1\n";
static const unsigned char erased[SLOT_BYTES] = "erased";

/* What wraps the slots of one file. */
struct wrap {
    unsigned char id[RANDOM_BYTES]; /* of the file: a slot cannot be carried to another one */
    unsigned char master[SECRET_BYTES];
};

/* All of it in locked memory: the keys pass through it. */
struct keys {
    int descriptor;
    bool broken;     /* a write or sync failed: what the file holds is not certain any more */
    long long count; /* slots in the file */
    struct wrap wrap, next;
    unsigned char key[SECRET_BYTES];
    unsigned char slots[AHEAD * SLOT_BYTES];
    char folder[PATH_MAX];
};

static off_t place_of(long long slot)
{
    return (off_t)((unsigned long long)(slot + 1) * SLOT_BYTES);
}

static struct text bytes_text(const unsigned char *bytes, size_t length)
{
    return (struct text){(const char *)bytes, length};
}

static bool broken(struct keys *keys, const char *doing, struct fault *fault)
{
    keys->broken = true;
    return fault_set(fault, FAULT_BROKEN, "cannot %s `%s/" NAME "`: %s", doing, keys->folder, strerror(errno));
}

/* ---- one slot ---- */

static void nonce_of(unsigned char nonce[SECRET_NONCE_BYTES], const unsigned char random[RANDOM_BYTES], long long slot)
{
    memcpy(nonce, random, RANDOM_BYTES);
    for (size_t i = 0; i < 8; i++)
        nonce[RANDOM_BYTES + i] = (unsigned char)((unsigned long long)slot >> (8 * i));
}

/* The slot holds its random bytes, new ones, and after them the key. */
static void slot_wrap(const struct wrap *wrap, long long slot, unsigned char bytes[SLOT_BYTES])
{
    unsigned char nonce[SECRET_NONCE_BYTES];
    nonce_of(nonce, bytes, slot);
    secret_seal(bytes + RANDOM_BYTES, SECRET_BYTES, bytes_text(wrap->id, sizeof wrap->id), nonce, wrap->master);
}

/* In place, so that the key lies where slot_wrap takes it. */
static enum key_found slot_unwrap(const struct wrap *wrap, long long slot, unsigned char bytes[SLOT_BYTES])
{
    if (memcmp(bytes, erased, SLOT_BYTES) == 0)
        return KEY_ERASED;
    unsigned char nonce[SECRET_NONCE_BYTES];
    nonce_of(nonce, bytes, slot);
    bool whole = secret_open(bytes + RANDOM_BYTES, SECRET_BYTES, bytes_text(wrap->id, sizeof wrap->id), nonce,
                             wrap->master);
    return whole ? KEY_FOUND : KEY_WRONG;
}

/* A slot's key into keys->key; who calls it wipes that. */
static bool key_load(struct keys *keys, long long slot, enum key_found *found, struct fault *fault)
{
    *found = KEY_WRONG;
    if (slot < 0 || slot >= keys->count)
        return true;
    ssize_t length = read_at(keys->descriptor, keys->slots, SLOT_BYTES, place_of(slot));
    if (length < 0)
        return broken(keys, "read", fault);
    if ((size_t)length == SLOT_BYTES)
        *found = slot_unwrap(&keys->wrap, slot, keys->slots);
    if (*found == KEY_FOUND)
        memcpy(keys->key, keys->slots + RANDOM_BYTES, SECRET_BYTES);
    secret_wipe(keys->slots, SLOT_BYTES);
    return true;
}

/* ---- the file's own 64 bytes: magic, id, 16 random bytes, the tag of nothing at all ---- */

#define NO_SLOT (-1) /* all ones in the nonce: no slot has that number */
#define HEAD_RANDOM ((size_t)32)
#define HEAD_TAG ((size_t)48)

static struct text head_associated(const unsigned char head[SLOT_BYTES])
{
    return bytes_text(head, HEAD_RANDOM);
}

static void head_make(struct wrap *wrap, unsigned char head[SLOT_BYTES])
{
    unsigned char nonce[SECRET_NONCE_BYTES];
    random_bytes(wrap->id, sizeof wrap->id);
    memcpy(head, magic, RANDOM_BYTES);
    memcpy(head + RANDOM_BYTES, wrap->id, RANDOM_BYTES);
    random_bytes(head + HEAD_RANDOM, RANDOM_BYTES);
    nonce_of(nonce, head + HEAD_RANDOM, NO_SLOT);
    secret_seal(head + HEAD_TAG, 0, head_associated(head), nonce, wrap->master);
}

static bool head_fits(struct wrap *wrap, unsigned char head[SLOT_BYTES], const unsigned char *master)
{
    unsigned char nonce[SECRET_NONCE_BYTES];
    nonce_of(nonce, head + HEAD_RANDOM, NO_SLOT);
    if (!master || !secret_open(head + HEAD_TAG, 0, head_associated(head), nonce, master))
        return false;
    memcpy(wrap->id, head + RANDOM_BYTES, RANDOM_BYTES);
    memcpy(wrap->master, master, SECRET_BYTES);
    return true;
}

/* ---- filling ---- */

/* New keys for `count` slots, wrapped, in keys->slots. */
static struct text slots_make(struct keys *keys, const struct wrap *wrap, long long from, size_t count)
{
    assert(count <= AHEAD);
    random_bytes(keys->slots, count * SLOT_BYTES);
    for (size_t i = 0; i < count; i++)
        slot_wrap(wrap, from + (long long)i, keys->slots + i * SLOT_BYTES);
    return bytes_text(keys->slots, count * SLOT_BYTES);
}

/* Durable when it returns. Only slots that no record uses; without room the file is as long as it was. */
static bool fill(struct keys *keys, long long from, size_t count, struct fault *fault)
{
    if (!write_at(keys->descriptor, slots_make(keys, &keys->wrap, from, count), place_of(from))) {
        if (errno != ENOSPC && errno != EDQUOT && errno != EFBIG)
            return broken(keys, "write", fault);
        if (ftruncate(keys->descriptor, place_of(keys->count)) != 0)
            return broken(keys, "shorten", fault);
        return fault_set(fault, FAULT_FULL, "there is no room on the disk for more keys of cases");
    }
    if (fdatasync(keys->descriptor) != 0)
        return broken(keys, "sync", fault);
    if (from + (long long)count > keys->count)
        keys->count = from + (long long)count;
    return true;
}

/* Where a torn write left slots that are neither whole nor erased: a run of them. No record uses them. */
static bool fill_again(struct keys *keys, long long from, struct fault *fault)
{
    size_t count = 0;
    for (enum key_found found = KEY_WRONG; found == KEY_WRONG; count += found == KEY_WRONG) {
        if (count == AHEAD || from + (long long)count == keys->count)
            break;
        bool good = key_load(keys, from + (long long)count, &found, fault);
        secret_wipe(keys->key, sizeof keys->key);
        if (!good)
            return false;
    }
    return fill(keys, from, count, fault);
}

static bool usable(const struct keys *keys, struct fault *fault)
{
    return !keys->broken || fault_set(fault, FAULT_BROKEN, "writing `%s/" NAME "` failed before", keys->folder);
}

bool keys_take(struct keys *keys, long long *slot, struct fault *fault)
{
    if (!usable(keys, fault))
        return false;
    if (*slot < KEYS_SLOT_FIRST)
        *slot = KEYS_SLOT_FIRST;
    if (*slot > keys->count)
        return fault_set(fault, FAULT_BROKEN, "the records use %lld keys but `%s/" NAME "` has %lld: keys were lost",
                         *slot, keys->folder, keys->count);
    for (;; ++*slot) {
        if (*slot == keys->count)
            return fill(keys, *slot, AHEAD, fault);
        enum key_found found;
        bool good = key_load(keys, *slot, &found, fault);
        secret_wipe(keys->key, sizeof keys->key);
        if (!good || found == KEY_FOUND)
            return good;
        if (found == KEY_WRONG)
            return fill_again(keys, *slot, fault);
    }
}

long long keys_count(const struct keys *keys)
{
    return keys->count;
}

bool keys_erase(struct keys *keys, const long long *slots, size_t count, struct fault *fault)
{
    if (!usable(keys, fault))
        return false;
    for (size_t i = 0; i < count; i++) {
        assert(slots[i] >= KEYS_SLOT_FIRST);
        if (slots[i] >= keys->count)
            return fault_set(fault, FAULT_BROKEN, "slot %lld is to be erased but `%s/" NAME "` has %lld: keys were lost",
                             slots[i], keys->folder, keys->count);
        if (!write_at(keys->descriptor, bytes_text(erased, SLOT_BYTES), place_of(slots[i])))
            return broken(keys, "erase in", fault);
    }
    return !count || fdatasync(keys->descriptor) == 0 || broken(keys, "sync", fault);
}

/* ---- opening, and writing anew ---- */

static bool folder_set(struct keys *keys, const char *folder, struct fault *fault)
{
    int length = snprintf(keys->folder, sizeof keys->folder, "%s", folder);
    return (length >= 0 && (size_t)length < sizeof keys->folder) ||
           fault_set(fault, FAULT_ABSENT, "the name of the data folder is too long");
}

/* Whole or not at all: a first file is never torn. */
static bool file_make(struct keys *keys, const struct master *master, struct fault *fault)
{
    unsigned char head[SLOT_BYTES];
    struct durable file;
    memcpy(keys->wrap.master, master->key, SECRET_BYTES);
    head_make(&keys->wrap, head);
    return durable_begin(&file, keys->folder, NAME, fault) &&
           durable_write(&file, bytes_text(head, sizeof head), fault) &&
           durable_write(&file, slots_make(keys, &keys->wrap, 0, AHEAD), fault) && durable_finish(&file, false, fault);
}

static bool file_open(struct keys *keys, struct fault *fault)
{
    struct stat status;
    int descriptor = durable_open(keys->folder, NAME, true, fault);
    if (descriptor < 0)
        return false;
    /* What was filled and not synced when the daemon was killed is read now, and would be gone after a power cut. */
    if (fdatasync(descriptor) != 0 || fstat(descriptor, &status) != 0) {
        durable_fault(fault, "sync", keys->folder, NAME);
        close(descriptor);
        return false;
    }
    if (keys->descriptor >= 0)
        close(keys->descriptor);
    keys->descriptor = descriptor;
    /* A slot that a torn write cut short is not counted: the next fill writes over it. */
    keys->count = status.st_size / (off_t)SLOT_BYTES - 1;
    return true;
}

/* `*old`: the master key before this one wraps it. */
static bool head_check(struct keys *keys, const struct master *master, bool *old, struct fault *fault)
{
    unsigned char head[SLOT_BYTES];
    ssize_t length = read_at(keys->descriptor, head, sizeof head, 0);
    if (length < 0)
        return durable_fault(fault, "read", keys->folder, NAME);
    if ((size_t)length < sizeof head || memcmp(head, magic, RANDOM_BYTES) != 0 || keys->count < 1)
        return fault_set(fault, FAULT_BROKEN, "`%s/" NAME "` is damaged: it does not begin as a file of keys",
                         keys->folder);
    *old = false;
    if (head_fits(&keys->wrap, head, master->key))
        return true;
    *old = head_fits(&keys->wrap, head, master->previous);
    return *old || fault_set(fault, FAULT_BROKEN,
                             "the master key does not open `%s/" NAME "`: it is another one, or that file is damaged",
                             keys->folder);
}

struct keys *keys_open(const char *folder, const struct master *master, struct fault *fault)
{
    struct keys *keys = secret_acquire(sizeof *keys);
    if (!keys) {
        fault_set(fault, FAULT_BROKEN, "there is no memory for keys");
        return NULL;
    }
    keys->descriptor = -1;
    bool old = false;
    bool good = folder_set(keys, folder, fault) &&
                (durable_is_there(folder, NAME) || file_make(keys, master, fault)) && file_open(keys, fault) &&
                head_check(keys, master, &old, fault) && (!old || keys_rotate(keys, master, fault));
    if (!good) {
        keys_close(keys);
        return NULL;
    }
    return keys;
}

void keys_close(struct keys *keys)
{
    if (keys && keys->descriptor >= 0)
        close(keys->descriptor);
    secret_release(keys);
}

/* The slots of one piece of the old file, wrapped anew; what was damaged stays so, as zeros. */
static void slots_rotate(struct keys *keys, long long from, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned char *bytes = keys->slots + i * SLOT_BYTES;
        switch (slot_unwrap(&keys->wrap, from + (long long)i, bytes)) {
        case KEY_FOUND:
            random_bytes(bytes, RANDOM_BYTES);
            slot_wrap(&keys->next, from + (long long)i, bytes);
            break;
        case KEY_ERASED: break;
        case KEY_WRONG: memset(bytes, 0, SLOT_BYTES); break;
        }
    }
}

static bool file_rotate(struct keys *keys, struct durable *file, struct fault *fault)
{
    unsigned char head[SLOT_BYTES];
    head_make(&keys->next, head);
    if (!durable_write(file, bytes_text(head, sizeof head), fault))
        return false;
    for (long long from = 0; from < keys->count; from += (long long)AHEAD) {
        long long left = keys->count - from;
        size_t count = left < (long long)AHEAD ? (size_t)left : AHEAD;
        ssize_t length = read_at(keys->descriptor, keys->slots, count * SLOT_BYTES, place_of(from));
        if (length != (ssize_t)(count * SLOT_BYTES)) {
            errno = length < 0 ? errno : EIO;
            durable_fault(fault, "read", keys->folder, NAME);
            durable_drop(file);
            return false;
        }
        slots_rotate(keys, from, count);
        bool good = durable_write(file, bytes_text(keys->slots, count * SLOT_BYTES), fault);
        secret_wipe(keys->slots, count * SLOT_BYTES);
        if (!good)
            return false;
    }
    return durable_finish(file, true, fault);
}

bool keys_rotate(struct keys *keys, const struct master *master, struct fault *fault)
{
    struct durable file;
    if (!usable(keys, fault))
        return false;
    memcpy(keys->next.master, master->key, SECRET_BYTES);
    bool good = durable_begin(&file, keys->folder, NAME, fault) && file_rotate(keys, &file, fault);
    if (!good) {
        /* Without room or leave nothing has changed; else the file may be the old or the new one. */
        keys->broken = fault->kind == FAULT_BROKEN;
    } else if (!file_open(keys, fault)) {
        keys->broken = true;
        good = false;
    } else {
        keys->wrap = keys->next;
    }
    secret_wipe(&keys->next, sizeof keys->next);
    return good;
}

/* ---- using a key ---- */

bool keys_seal(struct keys *keys, long long slot, struct text associated, unsigned char *bytes, size_t length,
               enum key_found *found, struct fault *fault)
{
    if (!key_load(keys, slot, found, fault))
        return false;
    if (*found == KEY_FOUND) {
        random_bytes(bytes, SECRET_NONCE_BYTES);
        secret_seal(bytes + SEALED_BEFORE, length, associated, bytes, keys->key);
    }
    secret_wipe(keys->key, sizeof keys->key);
    return true;
}

bool keys_unseal(struct keys *keys, struct arena *arena, long long slot, struct text associated, struct text sealed,
                 unsigned char **plain, size_t *length, enum key_found *found, struct fault *fault)
{
    if (!key_load(keys, slot, found, fault))
        return false;
    if (*found == KEY_FOUND && sealed.length < SEALED_BEFORE + SEALED_AFTER)
        *found = KEY_WRONG;
    if (*found == KEY_FOUND) {
        *length = sealed.length - SEALED_BEFORE - SEALED_AFTER;
        *plain = arena_alloc(arena, *length + SEALED_AFTER);
        memcpy(*plain, sealed.at + SEALED_BEFORE, *length + SEALED_AFTER);
        if (!secret_open(*plain, *length, associated, (const unsigned char *)sealed.at, keys->key))
            *found = KEY_WRONG;
    }
    secret_wipe(keys->key, sizeof keys->key);
    return true;
}

bool keys_hash(struct keys *keys, long long slot, const char *label, struct text text, struct digest *hash,
               enum key_found *found, struct fault *fault)
{
    if (!key_load(keys, slot, found, fault))
        return false;
    if (*found == KEY_FOUND)
        secret_hash(hash->bytes, keys->key, label, text);
    secret_wipe(keys->key, sizeof keys->key);
    return true;
}
