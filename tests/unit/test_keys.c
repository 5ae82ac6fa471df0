#include "fault_shim.h"

#include "audit/keys.h"
#include "audit/signing.h"
#include "base/durable.h"
#include "base/files.h"

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#define FULL_SLOT 1000 /* the first that is not there in a new file */

static struct arena arena;
static char folder[64];
static int allocations_left; /* of locked memory; below zero: all succeed */

/* libsodium's, unless there is to be no memory. Guard pages are not what is tested here. */
void *sodium_malloc(size_t size);
void sodium_free(void *memory);
void *sodium_malloc(size_t size)
{
    if (allocations_left >= 0 && allocations_left-- == 0)
        return NULL;
    size_t whole = size + 64; /* pages of its own, as libsodium's: a child gets them empty */
    unsigned char *memory = mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(memory != MAP_FAILED);
    memcpy(memory, &whole, sizeof whole);
    return memory + 64;
}

void sodium_free(void *memory)
{
    if (!memory)
        return;
    unsigned char *start = (unsigned char *)memory - 64;
    size_t whole;
    memcpy(&whole, start, sizeof whole);
    assert_int_equal(munmap(start, whole), 0);
}

static int begin(void **state)
{
    (void)state;
    memset(&shim, 0, sizeof shim);
    allocations_left = -1;
    arena_init(&arena);
    /* In memory where there is such a folder: these tests sync thousands of times. */
    strcpy(folder, access("/dev/shm", W_OK) == 0 ? "/dev/shm/test_keys.XXXXXX" : "/tmp/test_keys.XXXXXX");
    return mkdtemp(folder) && digest_init() ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    arena_finish(&arena);
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static struct text text_from(const void *bytes, size_t length)
{
    return (struct text){bytes, length};
}

static const char *path_of(const char *name)
{
    return text_format(&arena, "%s/%s", folder, name).at;
}

static off_t size_of(const char *name)
{
    struct stat status;
    return stat(path_of(name), &status) == 0 ? status.st_size : -1;
}

/* Bytes of a file changed behind our back. */
static void overwrite(const char *name, off_t at, const void *bytes, size_t size)
{
    int file = open(path_of(name), O_WRONLY);
    assert_true(file >= 0);
    assert_true(write_at(file, text_from(bytes, size), at));
    close(file);
}

static struct master master_good(void)
{
    struct master master;
    struct fault fault = {0};
    if (!master_init(&master, folder, NULL, NULL, &fault))
        fail_msg("%s", fault.message);
    return master;
}

static struct keys *keys_good(void)
{
    struct fault fault = {0};
    struct master master = master_good();
    struct keys *keys = keys_open(folder, &master, &fault);
    if (!keys)
        fail_msg("%s", fault.message);
    master_finish(&master);
    return keys;
}

static enum key_found hash_of(struct keys *keys, long long slot, struct digest *hash)
{
    enum key_found found;
    struct fault fault = {0};
    *hash = (struct digest){{0}};
    assert_true(keys_hash(keys, slot, "test", TEXT("text"), hash, &found, &fault));
    return found;
}

static long long taken(struct keys *keys, long long slot)
{
    struct fault fault = {0};
    if (!keys_take(keys, &slot, &fault))
        fail_msg("%s", fault.message);
    return slot;
}

static void erase_good(struct keys *keys, long long slot)
{
    struct fault fault = {0};
    assert_true(keys_erase(keys, &slot, 1, &fault));
}

/* ---- the master key ---- */

static void test_master(void **state)
{
    (void)state;
    struct fault fault = {0};
    struct master made = master_good(), again = master_good(), given = {0};
    assert_int_equal(made.origin, MASTER_MADE);
    assert_int_equal(again.origin, MASTER_FOUND);
    assert_memory_equal(made.key, again.key, SECRET_BYTES);
    assert_false(again.exposed);
    assert_int_equal(size_of("master-key"), 65);

    chmod(path_of("master-key"), 0640);
    assert_true(master_init(&given, folder, path_of("master-key"), NULL, &fault));
    assert_true(given.exposed && given.origin == MASTER_GIVEN);
    assert_memory_equal(made.key, given.key, SECRET_BYTES);
    master_finish(&given);

    assert_int_equal(mkdir(path_of("credentials"), 0700), 0);
    assert_true(master_init(&given, folder, NULL, path_of("credentials"), &fault));
    assert_int_equal(given.origin, MASTER_FOUND); /* no such credential: the next place */
    master_finish(&given);
    assert_int_equal(rename(path_of("master-key"), path_of("credentials/covenant-master")), 0);
    assert_true(master_init(&given, folder, NULL, path_of("credentials"), &fault));
    assert_int_equal(given.origin, MASTER_CREDENTIAL);
    assert_memory_equal(made.key, given.key, SECRET_BYTES);
    struct text warning = master_warning(&arena, folder);
    assert_non_null(strstr(warning.at, "escrow"));
    assert_false(master_replace(&given, folder, &fault));
    master_finish(&given);
    master_finish(&made);
    master_finish(&again);
    master_finish(&again);
}

/* What wraps something must not be made anew, and what is no key must not be taken for one. */
static void test_master_refused(void **state)
{
    (void)state;
    struct fault fault = {0};
    struct master master = master_good();
    struct keys *keys = keys_open(folder, &master, &fault);
    assert_non_null(keys);
    keys_close(keys);
    master_finish(&master);
    assert_int_equal(unlink(path_of("master-key")), 0);
    assert_false(master_init(&master, folder, NULL, NULL, &fault));
    assert_int_equal(fault.kind, FAULT_ABSENT);
    assert_non_null(strstr(fault.message, "expected `--master-key FILE`"));
    assert_int_equal(size_of("master-key"), -1);
    assert_false(master_init(&master, folder, path_of("absent"), NULL, &fault));
    assert_int_equal(fault.kind, FAULT_ABSENT);

    static const char *const wrong[] = {
        "", "\n", "00", "000000000000000000000000000000000000000000000000000000000000000g\n",
        "0000000000000000000000000000000000000000000000000000000000000000x",
        "0000000000000000000000000000000000000000000000000000000000000000\n\n",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        FILE *file = fopen(path_of("given"), "w");
        fputs(wrong[i], file);
        fclose(file);
        assert_false(master_init(&master, folder, path_of("given"), NULL, &fault));
        assert_int_equal(fault.kind, FAULT_BROKEN);
        assert_non_null(strstr(fault.message, "64 hex digits"));
    }
}

/* ---- slots ---- */

static void test_slots(void **state)
{
    (void)state;
    struct keys *keys = keys_good();
    assert_int_equal(keys_count(keys), FULL_SLOT);
    assert_int_equal(size_of("keys"), 64 * (FULL_SLOT + 1));
    assert_int_equal(taken(keys, 0), KEYS_SLOT_FIRST);
    assert_int_equal(taken(keys, 7), 7);
    struct digest one, two, again;
    assert_int_equal(hash_of(keys, 1, &one), KEY_FOUND);
    assert_int_equal(hash_of(keys, 2, &two), KEY_FOUND);
    assert_false(digest_equal(one, two));
    assert_int_equal(hash_of(keys, FULL_SLOT, &again), KEY_WRONG);
    assert_int_equal(hash_of(keys, -1, &again), KEY_WRONG);
    /* The end is reached: a thousand more. */
    assert_int_equal(taken(keys, FULL_SLOT), FULL_SLOT);
    assert_int_equal(keys_count(keys), 2 * FULL_SLOT);
    struct fault fault = {0};
    long long lost = 2 * FULL_SLOT + 1;
    assert_false(keys_take(keys, &lost, &fault));
    assert_non_null(strstr(fault.message, "keys were lost"));
    keys_close(keys);
    keys = keys_good();
    assert_int_equal(keys_count(keys), 2 * FULL_SLOT);
    assert_int_equal(hash_of(keys, 1, &again), KEY_FOUND);
    assert_true(digest_equal(one, again));
    keys_close(keys);
    keys_close(NULL);
}

static struct text sealed_new(struct keys *keys, long long slot, const char *associated, struct text plain)
{
    struct fault fault = {0};
    enum key_found found;
    size_t size = SEALED_BEFORE + plain.length + SEALED_AFTER;
    unsigned char *bytes = arena_alloc(&arena, size);
    memcpy(bytes + SEALED_BEFORE, plain.at, plain.length);
    assert_true(keys_seal(keys, slot, text_of(associated), bytes, plain.length, &found, &fault));
    assert_int_equal(found, KEY_FOUND);
    return text_from(bytes, size);
}

static enum key_found unsealed(struct keys *keys, long long slot, const char *associated, struct text sealed,
                               struct text *plain)
{
    struct fault fault = {0};
    enum key_found found;
    unsigned char *bytes = NULL;
    size_t length = 0;
    assert_true(keys_unseal(keys, &arena, slot, text_of(associated), sealed, &bytes, &length, &found, &fault));
    *plain = text_from(bytes, length);
    return found;
}

static void test_sealing(void **state)
{
    (void)state;
    struct keys *keys = keys_good();
    struct text plain = TEXT("rent arrears since 2026-01-31"), read = {0};
    struct text sealed = sealed_new(keys, 3, "almere/2026 41", plain);
    assert_null(memmem(sealed.at, sealed.length, "arrears", 7));
    assert_int_equal(unsealed(keys, 3, "almere/2026 41", sealed, &read), KEY_FOUND);
    assert_true(text_equal(read, plain));
    assert_int_equal(unsealed(keys, 4, "almere/2026 41", sealed, &read), KEY_WRONG);
    assert_int_equal(unsealed(keys, 3, "almere/2026 42", sealed, &read), KEY_WRONG);
    for (size_t length = 0; length < sealed.length; length++)
        assert_int_equal(unsealed(keys, 3, "almere/2026 41", text_slice(sealed, 0, length), &read), KEY_WRONG);
    for (size_t bit = 0; bit < 8 * sealed.length; bit++) {
        char *changed = arena_alloc(&arena, sealed.length);
        memcpy(changed, sealed.at, sealed.length);
        changed[bit / 8] = (char)(changed[bit / 8] ^ 1 << bit % 8);
        assert_int_equal(unsealed(keys, 3, "almere/2026 41", text_from(changed, sealed.length), &read), KEY_WRONG);
    }
    struct text empty = sealed_new(keys, 3, "", TEXT(""));
    assert_int_equal(unsealed(keys, 3, "", empty, &read), KEY_FOUND);
    assert_int_equal(read.length, 0);
    keys_close(keys);
}

static void test_erasing(void **state)
{
    (void)state;
    struct keys *keys = keys_good();
    struct fault fault = {0};
    struct text sealed = sealed_new(keys, 5, "", TEXT("facts")), read = {0};
    unsigned char before[64], after[64];
    FILE *file = fopen(path_of("keys"), "rb");
    assert_true(fseek(file, 64 * 6, SEEK_SET) == 0 && fread(before, 1, 64, file) == 64);
    fclose(file);
    const long long slots[] = {5, 6};
    assert_true(keys_erase(keys, slots, 2, &fault));
    assert_true(keys_erase(keys, slots, 2, &fault)); /* start repeats it */
    assert_true(keys_erase(keys, NULL, 0, &fault));
    assert_int_equal(unsealed(keys, 5, "", sealed, &read), KEY_ERASED);
    file = fopen(path_of("keys"), "rb");
    assert_true(fseek(file, 64 * 6, SEEK_SET) == 0 && fread(after, 1, 64, file) == 64);
    fclose(file);
    assert_memory_equal(after, "erased\0\0\0\0\0\0\0\0\0\0", 16);
    for (size_t i = 0; i < 61; i++) /* not even four bytes of what was there */
        assert_null(memmem(after, 64, before + i, 4));
    assert_int_equal(taken(keys, 5), 7); /* never used again */
    struct digest hash;
    assert_int_equal(hash_of(keys, 7, &hash), KEY_FOUND);
    long long beyond = FULL_SLOT;
    assert_false(keys_erase(keys, &beyond, 1, &fault));
    keys_close(keys);
    keys = keys_good();
    assert_int_equal(unsealed(keys, 5, "", sealed, &read), KEY_ERASED);
    keys_close(keys);
}

/* ---- damage ---- */

static void test_wrong_master(void **state)
{
    (void)state;
    keys_close(keys_good());
    struct fault fault = {0};
    struct master master = master_good();
    master.key[0] ^= 1;
    assert_null(keys_open(folder, &master, &fault));
    assert_int_equal(fault.kind, FAULT_BROKEN);
    assert_non_null(strstr(fault.message, "the master key does not open"));
    master.key[0] ^= 1;
    struct signing_key key;
    assert_true(signing_key_init(&key, folder, &master, &fault));
    signing_key_finish(&key);
    master.key[0] ^= 1;
    assert_false(signing_key_init(&key, folder, &master, &fault));
    assert_non_null(strstr(fault.message, "the master key does not open"));
    master_finish(&master);
}

/* Every bit of the file's own 64 bytes and of a slot, and every length a torn write may leave. */
static void test_damage(void **state)
{
    (void)state;
    keys_close(keys_good());
    struct fault fault = {0};
    struct master master = master_good();
    unsigned char bytes[64 * 3];
    FILE *file = fopen(path_of("keys"), "rb");
    assert_int_equal(fread(bytes, 1, sizeof bytes, file), sizeof bytes);
    fclose(file);
    for (size_t bit = 0; bit < 8 * 64; bit++) {
        unsigned char changed = (unsigned char)(bytes[bit / 8] ^ 1 << bit % 8);
        overwrite("keys", (off_t)(bit / 8), &changed, 1);
        assert_null(keys_open(folder, &master, &fault));
        assert_int_equal(fault.kind, FAULT_BROKEN);
        overwrite("keys", (off_t)(bit / 8), &bytes[bit / 8], 1);
    }
    struct keys *keys = keys_good();
    struct digest hash;
    for (size_t bit = 8 * 128; bit < 8 * 192; bit++) {
        unsigned char changed = (unsigned char)(bytes[bit / 8] ^ 1 << bit % 8);
        overwrite("keys", (off_t)(bit / 8), &changed, 1);
        assert_int_equal(hash_of(keys, 1, &hash), KEY_WRONG);
        overwrite("keys", (off_t)(bit / 8), &bytes[bit / 8], 1);
    }
    overwrite("keys", 64 * 3, bytes + 128, 64); /* slot 1 in the place of slot 2 */
    assert_int_equal(hash_of(keys, 1, &hash), KEY_FOUND);
    assert_int_equal(hash_of(keys, 2, &hash), KEY_WRONG);
    keys_close(keys);
    for (off_t length = 0; length < 128; length++) {
        assert_int_equal(truncate(path_of("keys"), length), 0);
        assert_null(keys_open(folder, &master, &fault));
    }
    master_finish(&master);
}

/* What a torn fill left after slot 10 is filled again, whatever it is, and the file grows on from there. */
static void test_torn_fill(void **state)
{
    (void)state;
    static const unsigned char zeros[64 * 20];
    unsigned char noise[64 * 3 + 7];
    struct digest nine, again;
    struct keys *keys = keys_good();
    assert_int_equal(hash_of(keys, 9, &nine), KEY_FOUND);
    keys_close(keys);
    random_bytes(noise, sizeof noise);
    overwrite("keys", 64 * 11, noise, sizeof noise);
    overwrite("keys", 64 * 100, zeros, sizeof zeros);
    keys = keys_good();
    for (long long slot = 1; slot < FULL_SLOT; slot++) {
        assert_int_equal(taken(keys, slot), slot);
        struct digest hash;
        assert_int_equal(hash_of(keys, slot, &hash), KEY_FOUND);
    }
    assert_int_equal(keys_count(keys), FULL_SLOT);
    assert_int_equal(hash_of(keys, 9, &again), KEY_FOUND);
    assert_true(digest_equal(nine, again));
    keys_close(keys);
    assert_int_equal(truncate(path_of("keys"), 64 * 500 + 33), 0);
    keys = keys_good();
    assert_int_equal(keys_count(keys), 499);
    assert_int_equal(taken(keys, 499), 499);
    assert_int_equal(keys_count(keys), 499 + FULL_SLOT);
    assert_int_equal(size_of("keys"), 64 * (500 + FULL_SLOT));
    keys_close(keys);
}

/* ---- rotation ---- */

static void test_rotation(void **state)
{
    (void)state;
    struct fault fault = {0};
    struct digest one, again;
    struct signing_key signing, signing_again;
    struct keys *keys = keys_good();
    struct master master = master_good();
    assert_true(signing_key_init(&signing, folder, &master, &fault));
    assert_true(signing.made);
    assert_int_equal(hash_of(keys, 1, &one), KEY_FOUND);
    erase_good(keys, 2);
    unsigned char old_key[SECRET_BYTES];
    memcpy(old_key, master.key, SECRET_BYTES);
    assert_true(master_replace(&master, folder, &fault));
    assert_memory_not_equal(old_key, master.key, SECRET_BYTES);
    assert_memory_equal(old_key, master.previous, SECRET_BYTES);
    assert_false(master_replace(&master, folder, &fault));
    assert_int_equal(fault.kind, FAULT_BUSY);
    int old_file = open(path_of("keys"), O_RDONLY);
    assert_true(keys_rotate(keys, &master, &fault));
    assert_true(signing_key_rotate(&signing, folder, &master, &fault));
    assert_true(master_forget(&master, folder, &fault));
    assert_int_equal(size_of("master-key.old"), -1);
    unsigned char was[64 * 3];
    assert_int_equal(read_at(old_file, was, sizeof was, 0), sizeof was);
    for (size_t i = 0; i < sizeof was; i++)
        assert_int_equal(was[i], 0); /* the old file lives on for who has it open, and says nothing */
    close(old_file);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(hash_of(keys, 1, &again), KEY_FOUND);
        assert_true(digest_equal(one, again));
        assert_int_equal(hash_of(keys, 2, &again), KEY_ERASED);
        assert_int_equal(taken(keys, FULL_SLOT - 1), FULL_SLOT - 1);
        keys_close(keys);
        keys = keys_good();
    }
    keys_close(keys);
    assert_true(signing_key_init(&signing_again, folder, &master, &fault));
    assert_false(signing_again.made);
    assert_memory_equal(signing.key, signing_again.key, SIGNING_KEY_BYTES);
    struct signing_key next;
    assert_true(signing_key_prepare(&next, folder, &master, &fault));
    assert_true(signing_key_adopt(&signing_again, &next, folder, &master, &fault));
    assert_memory_not_equal(signing.public_key, signing_again.public_key, PUBLIC_KEY_BYTES);
    signing_key_finish(&signing);
    signing_key_finish(&signing_again);
    signing_key_finish(&signing_again);
    master_finish(&master);
}

/* ---- what fails ---- */

/* One piece of work on the folder, whole or failing; where it succeeds it says so by returning true. */
enum work { WORK_START, WORK_FILL, WORK_ERASE, WORK_ROTATE, WORK_REPLACE, WORK_COUNT };

static bool work_on(enum work work, struct keys *keys, struct signing_key *signing, struct master *master,
                    struct fault *fault)
{
    long long slot = FULL_SLOT;
    const long long erase = 4;
    switch (work) {
    case WORK_START: return true;
    case WORK_FILL: return keys_take(keys, &slot, fault);
    case WORK_ERASE: return keys_erase(keys, &erase, 1, fault);
    case WORK_ROTATE:
        return master_replace(master, folder, fault) && keys_rotate(keys, master, fault) &&
               signing_key_rotate(signing, folder, master, fault) && master_forget(master, folder, fault);
    case WORK_REPLACE: {
        struct signing_key next = {0};
        bool good = signing_key_prepare(&next, folder, master, fault) &&
                    signing_key_adopt(signing, &next, folder, master, fault);
        signing_key_finish(&next);
        return good;
    }
    case WORK_COUNT: break;
    }
    return false;
}

static bool start_and_work(enum work work, struct fault *fault)
{
    struct master master = {0};
    struct signing_key signing = {0};
    struct keys *keys = NULL;
    bool good = master_init(&master, folder, NULL, NULL, fault) && (keys = keys_open(folder, &master, fault)) &&
                signing_key_init(&signing, folder, &master, fault) &&
                (!master.previous || master_forget(&master, folder, fault)) &&
                work_on(work, keys, &signing, &master, fault);
    keys_close(keys);
    signing_key_finish(&signing);
    master_finish(&master);
    return good;
}

static struct {
    struct digest hashes[FULL_SLOT];
    unsigned char public_key[PUBLIC_KEY_BYTES];
} known;

static void remember(void)
{
    struct fault fault = {0};
    assert_true(start_and_work(WORK_START, &fault));
    struct keys *keys = keys_good();
    erase_good(keys, 3);
    for (long long slot = 0; slot < FULL_SLOT; slot++)
        hash_of(keys, slot, &known.hashes[slot]);
    keys_close(keys);
    struct master master = master_good();
    struct signing_key signing;
    assert_true(signing_key_init(&signing, folder, &master, &fault));
    memcpy(known.public_key, signing.public_key, PUBLIC_KEY_BYTES);
    signing_key_finish(&signing);
    master_finish(&master);
}

/* After whatever happened: it starts, every key is what it was, what was erased is, and no work is half done. */
static void check_known(enum work work, bool done)
{
    struct fault fault = {0};
    if (!start_and_work(WORK_START, &fault))
        fail_msg("does not start again after work %d: %s", work, fault.message);
    assert_int_equal(size_of("master-key.old"), -1);
    struct keys *keys = keys_good();
    for (long long slot = 0; slot < FULL_SLOT; slot += slot < 70 ? 1 : 31) {
        struct digest hash;
        enum key_found found = hash_of(keys, slot, &hash);
        if (slot == 3 || (slot == 4 && work == WORK_ERASE && found == KEY_ERASED)) {
            assert_int_equal(found, KEY_ERASED);
            continue;
        }
        if (slot == 4 && work == WORK_ERASE) {
            assert_false(done);
            if (found == KEY_WRONG)
                continue; /* half overwritten: erasing is repeated from its record */
        }
        assert_int_equal(found, KEY_FOUND);
        assert_true(digest_equal(hash, known.hashes[slot]));
    }
    struct digest hash;
    assert_int_equal(taken(keys, FULL_SLOT), FULL_SLOT);
    assert_int_equal(hash_of(keys, FULL_SLOT, &hash), KEY_FOUND);
    erase_good(keys, 4);
    assert_int_equal(hash_of(keys, 4, &hash), KEY_ERASED);
    keys_close(keys);
    struct master master = master_good();
    struct signing_key signing;
    assert_true(signing_key_init(&signing, folder, &master, &fault));
    if (work != WORK_REPLACE)
        assert_memory_equal(signing.public_key, known.public_key, PUBLIC_KEY_BYTES);
    signing_key_finish(&signing);
    master_finish(&master);
}

static void fresh(void)
{
    char command[160];
    snprintf(command, sizeof command, "rm -rf '%s' && mkdir -m 700 '%s'", folder, folder);
    assert_int_equal(system(command), 0);
}

/* The folder as it was, put back a thousand times. */
static const char *const kept_names[] = {"master-key", "keys", "signing-key"};
static struct text kept[3];

static void keep(void)
{
    struct fault fault = {0};
    for (size_t i = 0; i < 3; i++)
        assert_true(file_read(&arena, path_of(kept_names[i]), 1 << 20, &kept[i], &fault));
}

static void fresh_copy(void)
{
    static const char *const endings[] = {"", ".new", ".old", ".old.new", ".old.gone"};
    struct arena_mark mark = arena_mark(&arena);
    for (size_t i = 0; i < 3; i++) {
        for (size_t ending = 0; ending < 5; ending++)
            unlink(text_format(&arena, "%s/%s%s", folder, kept_names[i], endings[ending]).at);
        int file = open(path_of(kept_names[i]), O_WRONLY | O_CREAT | O_EXCL, 0600);
        assert_true(file >= 0 && write_at(file, kept[i], 0));
        close(file);
    }
    arena_back(&arena, mark);
}

/* Every call fails once, the first, the second, ... until the work succeeds; with full disk, bad disk, half writes. */
static void test_every_call_fails(void **state)
{
    (void)state;
    static const struct {
        int error;
        bool half;
    } ways[] = {{EIO, false}, {EIO, true}, {ENOSPC, false}, {ENOSPC, true}};
    int failures = 0;
    remember();
    keep();
    for (enum work work = 0; work < WORK_COUNT; work++)
        for (size_t way = 0; way < sizeof ways / sizeof *ways; way++)
            for (int nth = 1;; nth++) {
                fresh_copy();
                struct fault fault = {0};
                shim.at = nth;
                shim.error = ways[way].error;
                shim.half = ways[way].half;
                bool done = start_and_work(work, &fault);
                bool reached = shim.at == 0;
                memset(&shim, 0, sizeof shim);
                assert_true(done || fault.kind != FAULT_NONE);
                check_known(work, done);
                if (!reached)
                    break;
                failures += !done;
            }
    assert_true(failures > 100);
}

/* The same, ended as by kill -9 before the call, or in the middle of a write. */
static void test_every_call_is_the_last(void **state)
{
    (void)state;
    int ends = 0;
    remember();
    keep();
    for (enum work work = 0; work < WORK_COUNT; work++)
        for (int half = 0; half < 2; half++)
            for (int nth = 1, status = 9 << 8; WEXITSTATUS(status) == 9; nth++) {
                fresh_copy();
                pid_t child = fork();
                assert_true(child >= 0);
                if (child == 0) {
                    struct fault fault = {0};
                    shim.at = nth;
                    shim.half = half;
                    _exit(start_and_work(work, &fault) ? 0 : 1);
                }
                assert_int_equal(waitpid(child, &status, 0), child);
                assert_true(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 9));
                check_known(work, WEXITSTATUS(status) == 0);
                ends += WEXITSTATUS(status) == 9;
            }
    assert_true(ends > 50);
}

/* A first start that fails anywhere leaves nothing that the next one stumbles over. */
static void test_first_start_fails(void **state)
{
    (void)state;
    for (int half = 0; half < 2; half++)
        for (int nth = 1;; nth++) {
            fresh();
            struct fault fault = {0};
            shim.at = nth;
            shim.error = half ? EIO : ENOSPC;
            shim.half = half;
            bool done = start_and_work(WORK_START, &fault);
            bool reached = shim.at == 0;
            memset(&shim, 0, sizeof shim);
            assert_true(start_and_work(WORK_START, &fault));
            if (!reached) {
                assert_true(done);
                break;
            }
        }
}

static void test_no_memory(void **state)
{
    (void)state;
    int failures = 0;
    for (enum work work = 0; work < WORK_COUNT; work++)
        for (int nth = 0;; nth++) {
            fresh();
            struct fault fault = {0};
            assert_true(start_and_work(WORK_START, &fault));
            allocations_left = nth;
            bool done = start_and_work(work, &fault);
            allocations_left = -1;
            assert_true(start_and_work(WORK_START, &fault));
            if (done)
                break;
            assert_int_equal(fault.kind, FAULT_BROKEN);
            failures++;
        }
    assert_true(failures > 10);
}

/* Without room: nothing has changed, nothing is broken, and with room it goes on. */
static void test_disk_full(void **state)
{
    (void)state;
    struct keys *keys = keys_good();
    struct fault fault = {0};
    long long slot = FULL_SLOT;
    for (int round = 0; round < 3; round++) {
        memset(&shim, 0, sizeof shim);
        shim.at = 1;
        shim.error = round == 0 ? ENOSPC : round == 1 ? EDQUOT : EFBIG;
        shim.half = round == 1;
        assert_false(keys_take(keys, &slot, &fault));
        assert_int_equal(fault.kind, FAULT_FULL);
        assert_int_equal(keys_count(keys), FULL_SLOT);
        assert_int_equal(size_of("keys"), 64 * (FULL_SLOT + 1));
    }
    memset(&shim, 0, sizeof shim);
    assert_int_equal(taken(keys, FULL_SLOT), FULL_SLOT);
    /* A sync that failed is another matter: no more of that file. */
    slot = 2 * FULL_SLOT;
    shim.at = 2;
    shim.error = EIO;
    assert_false(keys_take(keys, &slot, &fault));
    memset(&shim, 0, sizeof shim);
    assert_int_equal(fault.kind, FAULT_BROKEN);
    assert_false(keys_take(keys, &slot, &fault));
    assert_int_equal(fault.kind, FAULT_BROKEN);
    keys_close(keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_master, begin, end),
        cmocka_unit_test_setup_teardown(test_master_refused, begin, end),
        cmocka_unit_test_setup_teardown(test_slots, begin, end),
        cmocka_unit_test_setup_teardown(test_sealing, begin, end),
        cmocka_unit_test_setup_teardown(test_erasing, begin, end),
        cmocka_unit_test_setup_teardown(test_wrong_master, begin, end),
        cmocka_unit_test_setup_teardown(test_damage, begin, end),
        cmocka_unit_test_setup_teardown(test_torn_fill, begin, end),
        cmocka_unit_test_setup_teardown(test_rotation, begin, end),
        cmocka_unit_test_setup_teardown(test_every_call_fails, begin, end),
        cmocka_unit_test_setup_teardown(test_every_call_is_the_last, begin, end),
        cmocka_unit_test_setup_teardown(test_first_start_fails, begin, end),
        cmocka_unit_test_setup_teardown(test_no_memory, begin, end),
        cmocka_unit_test_setup_teardown(test_disk_full, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
