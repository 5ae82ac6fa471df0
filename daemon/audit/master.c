#include "audit/master.h"

#include "base/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME "master-key"
#define NAME_OLD "master-key.old"
#define CREDENTIAL "covenant-master"
#define HEX_LENGTH ((size_t)2 * SECRET_BYTES)

/* Locked memory for the file's text, one byte more than it may have, and the key after it. */
struct reading {
    char text[HEX_LENGTH + 2];
    unsigned char key[SECRET_BYTES];
};

static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

static bool key_parse(const char *hex, unsigned char key[SECRET_BYTES])
{
    for (size_t i = 0; i < SECRET_BYTES; i++) {
        int high = hex_value(hex[2 * i]), low = hex_value(hex[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        key[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

static bool no_memory(struct fault *fault)
{
    return fault_set(fault, FAULT_BROKEN, "there is no memory for a key");
}

/* The key in an open file, in locked memory; NULL and a fault. Takes the descriptor. `path` is for the fault. */
static unsigned char *key_read(int descriptor, const char *path, bool *exposed, struct fault *fault)
{
    struct stat status;
    *exposed = fstat(descriptor, &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0;
    unsigned char *key = NULL;
    struct reading *reading = secret_acquire(sizeof *reading);
    ssize_t length = reading ? read_at(descriptor, reading->text, sizeof reading->text, 0) : 0;
    int error = errno;
    close(descriptor);
    if (!reading)
        no_memory(fault);
    else if (length < 0)
        fault_set(fault, FAULT_BROKEN, "cannot read the master key `%s`: %s", path, strerror(error));
    else if ((size_t)length < HEX_LENGTH || (size_t)length > HEX_LENGTH + 1 ||
             ((size_t)length > HEX_LENGTH && reading->text[HEX_LENGTH] != '\n') ||
             !key_parse(reading->text, reading->key))
        fault_set(fault, FAULT_BROKEN, "`%s` is no master key: expected %zu hex digits and a newline", path, HEX_LENGTH);
    else if (!(key = secret_acquire(SECRET_BYTES)))
        no_memory(fault);
    else
        memcpy(key, reading->key, SECRET_BYTES);
    secret_release(reading);
    return key;
}

/* A file that somebody named: absent is a fault like any other. */
static bool read_given(struct master *master, const char *path, struct fault *fault)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return fault_set(fault, FAULT_ABSENT, "cannot open the master key `%s`: %s", path, strerror(errno));
    master->origin = MASTER_GIVEN;
    master->key = key_read(descriptor, path, &master->exposed, fault);
    return master->key;
}

/* A file of that name in a folder; true with no key when it is not there. */
static bool read_found(const char *folder, const char *name, unsigned char **key, bool *exposed, struct fault *fault)
{
    if (!durable_is_there(folder, name))
        return true;
    int descriptor = durable_open(folder, name, false, fault);
    if (descriptor < 0)
        return false;
    *key = key_read(descriptor, name, exposed, fault);
    return *key;
}

/* A new key into DIR/master-key; in `*key` too, which is locked memory. */
static bool key_make(const char *folder, unsigned char **key, struct fault *fault)
{
    static const char digits[] = "0123456789abcdef";
    struct reading *reading = secret_acquire(sizeof *reading);
    unsigned char *made = secret_acquire(SECRET_BYTES);
    bool good = reading && made;
    if (!good)
        no_memory(fault);
    if (good) {
        random_bytes(made, SECRET_BYTES);
        for (size_t i = 0; i < SECRET_BYTES; i++) {
            reading->text[2 * i] = digits[made[i] >> 4];
            reading->text[2 * i + 1] = digits[made[i] & 15];
        }
        reading->text[HEX_LENGTH] = '\n';
        good = durable_replace(folder, NAME, (struct text){reading->text, HEX_LENGTH + 1}, true, fault);
    }
    secret_release(reading);
    if (!good) {
        secret_release(made);
        return false;
    }
    secret_release(*key);
    *key = made;
    return true;
}

static bool make_first(struct master *master, const char *folder, struct fault *fault)
{
    if (durable_is_there(folder, "keys") || durable_is_there(folder, "signing-key"))
        return fault_set(fault, FAULT_ABSENT,
                         "found keys in `%s` but not the master key that wraps them: expected `--master-key FILE`, the "
                         "credential `" CREDENTIAL "`, or `" NAME "` in that folder",
                         folder);
    master->origin = MASTER_MADE;
    return key_make(folder, &master->key, fault);
}

static bool master_find(struct master *master, const char *folder, const char *given, const char *credentials,
                        struct fault *fault)
{
    if (given)
        return read_given(master, given, fault);
    master->origin = MASTER_CREDENTIAL;
    if (credentials && !read_found(credentials, CREDENTIAL, &master->key, &master->exposed, fault))
        return false;
    if (master->key)
        return true;
    master->origin = MASTER_FOUND;
    if (!read_found(folder, NAME, &master->key, &master->exposed, fault))
        return false;
    return master->key || make_first(master, folder, fault);
}

bool master_init(struct master *master, const char *folder, const char *given, const char *credentials,
                 struct fault *fault)
{
    *master = (struct master){0};
    bool exposed = false;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return fault_set(fault, FAULT_ABSENT, "cannot make the data folder `%s`: %s", folder, strerror(errno));
    /* A removal that was cut short is finished; a key that is still there is wanted by keys_open. */
    bool good = (durable_is_there(folder, NAME_OLD) || durable_remove(folder, NAME_OLD, fault)) &&
                master_find(master, folder, given, credentials, fault) &&
                read_found(folder, NAME_OLD, &master->previous, &exposed, fault);
    master->exposed = master->exposed || exposed;
    if (!good)
        master_finish(master);
    return good;
}

void master_finish(struct master *master)
{
    secret_release(master->key);
    secret_release(master->previous);
    *master = (struct master){0};
}

/* The old key is laid aside before the new one takes its place: at every moment one of both opens each file. */
bool master_replace(struct master *master, const char *folder, struct fault *fault)
{
    if (master->origin == MASTER_GIVEN || master->origin == MASTER_CREDENTIAL)
        return fault_set(fault, FAULT_ABSENT, "the master key lies elsewhere: replace it where it is kept");
    if (master->previous)
        return fault_set(fault, FAULT_BUSY, "the master key before this one is still there: expected it to be forgotten");
    struct reading *reading = secret_acquire(sizeof *reading);
    if (!reading)
        return no_memory(fault);
    int descriptor = durable_open(folder, NAME, false, fault);
    bool good = descriptor >= 0;
    if (good) {
        ssize_t length = read_at(descriptor, reading->text, sizeof reading->text, 0);
        close(descriptor);
        good = length > 0 ? durable_replace(folder, NAME_OLD, (struct text){reading->text, (size_t)length}, true, fault)
                          : fault_set(fault, FAULT_BROKEN, "cannot read the master key");
    }
    secret_release(reading);
    if (!good)
        return false;
    unsigned char *key = NULL;
    if (!key_make(folder, &key, fault))
        return false;
    master->previous = master->key;
    master->key = key;
    return true;
}

bool master_forget(struct master *master, const char *folder, struct fault *fault)
{
    if (!durable_remove(folder, NAME_OLD, fault))
        return false;
    secret_release(master->previous);
    master->previous = NULL;
    return true;
}

struct text master_warning(struct arena *arena, const char *folder)
{
    return text_format(arena,
                       "a master key was made in `%s/" NAME "`: whoever has it and a copy of `%s/keys` can read every "
                       "case, and when it is lost no recorded case can ever be read or replayed again. Keep a copy in "
                       "escrow now (print it, in a safe), and better keep the key elsewhere: `--master-key FILE` or the "
                       "systemd credential `" CREDENTIAL "`",
                       folder, folder);
}
