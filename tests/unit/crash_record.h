/*
 * What a journal does to the files of its folder, put on a tape (crash_disk.h): SQLite's files by a VFS of our own that
 * lies over the usual one, the others (keys, head, signing-key, ...) by the C library's calls, which are here in place of
 * its own. Nothing waits for a disk. Time and randomness come from a seed, so that a run can be repeated byte by byte.
 *
 * SQLite's VFS stands over the usual one and not in its place, so that what it may rely on (how large a sector is, that
 * what is beside a write stays whole) is what it relies on in the daemon.
 */
#ifndef CRASH_RECORD_H
#define CRASH_RECORD_H

#include "crash_disk.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <time.h>

#define DESCRIPTORS 1024

/* A sync that is left out: what the test must then find. */
enum lie { LIE_NONE, LIE_SQLITE, LIE_FILES, LIE_FOLDER };

static struct {
    struct disk_tape *tape; /* NULL: nothing is recorded */
    char folder[64];
    struct disk_names names; /* as the program sees them */
    int files;               /* the next number of a file */
    enum lie lie;
    bool within_sqlite;
    int descriptors[DESCRIPTORS]; /* 0: none of ours; -1: the folder; else the file's number and one */
    uint64_t seed;
    int64_t clock; /* in milliseconds */
    sqlite3_vfs *usual;
} recorder;

#define FOLDER (-1)

/* The name in the folder; NULL for all that lies elsewhere or deeper. */
static const char *recorded_name(const char *path)
{
    size_t length = strlen(recorder.folder);
    if (!recorder.tape || strncmp(path, recorder.folder, length) != 0 || path[length] != '/')
        return NULL;
    return strchr(path + length + 1, '/') ? NULL : path + length + 1;
}

static struct disk_event *record_event(enum disk_kind kind, int file)
{
    return tape_add(recorder.tape, kind, file);
}

static void record_name(enum disk_kind kind, int file, const char *name, const char *to)
{
    struct disk_event *event = record_event(kind, file);
    snprintf(event->name, NAME_BYTES, "%s", name);
    snprintf(event->to, NAME_BYTES, "%s", to ? to : "");
    names_apply(&recorder.names, event);
}

/* The file of that name, which is made when there is none. */
static int record_open(const char *name, bool make)
{
    int file = names_find(&recorder.names, name);
    if (file < 0 && make) {
        file = recorder.files++;
        record_name(DISK_CREATE, file, name, NULL);
    }
    return file;
}

static void record_write(int file, const void *bytes, size_t size, size_t at)
{
    struct disk_event *event = record_event(DISK_WRITE, file);
    event->bytes = malloc(size ? size : 1);
    assert(event->bytes);
    memcpy(event->bytes, bytes, size);
    event->at = at;
    event->size = size;
}

static void record_remove(const char *name)
{
    int file = names_find(&recorder.names, name);
    if (file >= 0)
        record_name(DISK_UNLINK, file, name, NULL);
}

/* ---- the C library's calls ---- */

static int descriptor_file(int descriptor)
{
    bool known = recorder.tape && descriptor >= 0 && descriptor < DESCRIPTORS && recorder.descriptors[descriptor] > 0;
    return known ? recorder.descriptors[descriptor] - 1 : -1;
}

static bool descriptor_is_folder(int descriptor)
{
    return recorder.tape && descriptor >= 0 && descriptor < DESCRIPTORS && recorder.descriptors[descriptor] == FOLDER;
}

static int opened(int folder, const char *path, int flags, mode_t mode)
{
    int descriptor = (int)syscall(SYS_openat, folder, path, flags, mode);
    if (descriptor < 0 || descriptor >= DESCRIPTORS)
        return descriptor;
    recorder.descriptors[descriptor] = 0;
    if (!recorder.tape)
        return descriptor;
    const char *name = folder != AT_FDCWD && descriptor_is_folder(folder) ? path : recorded_name(path);
    if (strcmp(path, recorder.folder) == 0) {
        recorder.descriptors[descriptor] = FOLDER;
    } else if (name && !recorder.within_sqlite) {
        int file = record_open(name, flags & O_CREAT);
        recorder.descriptors[descriptor] = file + 1;
        if (flags & O_TRUNC && (flags & O_ACCMODE) != O_RDONLY)
            record_event(DISK_TRUNCATE, file);
    }
    return descriptor;
}

#define OPENING(declaration, folder)                                                                                   \
    declaration                                                                                                        \
    {                                                                                                                  \
        va_list list;                                                                                                  \
        va_start(list, flags);                                                                                         \
        mode_t mode = flags & O_CREAT ? va_arg(list, mode_t) : 0;                                                      \
        va_end(list);                                                                                                  \
        return opened(folder, path, flags, mode);                                                                      \
    }
OPENING(int open(const char *path, int flags, ...), AT_FDCWD)
OPENING(int open64(const char *path, int flags, ...), AT_FDCWD)
OPENING(int openat(int folder, const char *path, int flags, ...), folder)

/* What the headers make of the same calls when they are hardened and the flags are not known beforehand. */
int __open_2(const char *path, int flags);
int __open_2(const char *path, int flags)
{
    return opened(AT_FDCWD, path, flags, 0);
}
int __openat_2(int folder, const char *path, int flags);
int __openat_2(int folder, const char *path, int flags)
{
    return opened(folder, path, flags, 0);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t at)
{
    ssize_t written = syscall(SYS_pwrite64, descriptor, bytes, size, at);
    int file = descriptor_file(descriptor);
    if (file >= 0 && written > 0)
        record_write(file, bytes, (size_t)written, (size_t)at);
    return written;
}

int ftruncate(int descriptor, off_t length)
{
    int file = descriptor_file(descriptor);
    if (file >= 0)
        record_event(DISK_TRUNCATE, file)->size = (size_t)length;
    return (int)syscall(SYS_ftruncate, descriptor, length);
}

static int synced(int descriptor)
{
    int file = descriptor_file(descriptor);
    if (file >= 0 && recorder.lie != LIE_FILES)
        record_event(DISK_SYNC, file);
    if (descriptor_is_folder(descriptor) && recorder.lie != LIE_FOLDER)
        record_event(DISK_FOLDER_SYNC, -1);
    return 0;
}

int fsync(int descriptor)
{
    return synced(descriptor);
}

int fdatasync(int descriptor)
{
    return synced(descriptor);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    int result = (int)syscall(SYS_renameat, from_folder, from, to_folder, to);
    if (result == 0 && descriptor_is_folder(from_folder) && descriptor_is_folder(to_folder))
        record_name(DISK_RENAME, names_find(&recorder.names, from), from, to);
    return result;
}

int unlinkat(int folder, const char *name, int flags)
{
    int result = (int)syscall(SYS_unlinkat, folder, name, flags);
    if (result == 0 && descriptor_is_folder(folder))
        record_remove(name);
    return result;
}

/* Each look at the clock takes 20 milliseconds, so that much happens in few seconds. */
int clock_gettime(clockid_t id, struct timespec *now)
{
    if (id != CLOCK_REALTIME || !recorder.clock)
        return (int)syscall(SYS_clock_gettime, id, now);
    recorder.clock += 20;
    *now = (struct timespec){.tv_sec = recorder.clock / 1000, .tv_nsec = recorder.clock % 1000 * 1000000};
    return 0;
}

static void random_fill(void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((unsigned char *)bytes)[i] = (unsigned char)random_next(&recorder.seed);
}

ssize_t getrandom(void *bytes, size_t size, unsigned flags)
{
    (void)flags;
    random_fill(bytes, size);
    return (ssize_t)size;
}

/* ---- SQLite's files ---- */

struct recorded {
    sqlite3_file base;
    int file; /* -1: not recorded */
    sqlite3_file *usual; /* behind this */
};

static struct recorded *recorded_of(sqlite3_file *file)
{
    return (struct recorded *)file;
}

#define USUAL(file) recorded_of(file)->usual

static int recorded_close(sqlite3_file *file)
{
    return USUAL(file)->pMethods->xClose(USUAL(file));
}
static int recorded_read(sqlite3_file *file, void *bytes, int size, sqlite3_int64 at)
{
    return USUAL(file)->pMethods->xRead(USUAL(file), bytes, size, at);
}
static int recorded_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 at)
{
    if (recorder.tape && recorded_of(file)->file >= 0)
        record_write(recorded_of(file)->file, bytes, (size_t)size, (size_t)at);
    return USUAL(file)->pMethods->xWrite(USUAL(file), bytes, size, at);
}
static int recorded_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    if (recorder.tape && recorded_of(file)->file >= 0)
        record_event(DISK_TRUNCATE, recorded_of(file)->file)->size = (size_t)size;
    return USUAL(file)->pMethods->xTruncate(USUAL(file), size);
}
/* The usual one syncs the folder of a new file too: that is seen at fsync. */
static int recorded_sync(sqlite3_file *file, int flags)
{
    if (recorder.tape && recorded_of(file)->file >= 0 && recorder.lie != LIE_SQLITE)
        record_event(DISK_SYNC, recorded_of(file)->file);
    return USUAL(file)->pMethods->xSync(USUAL(file), flags);
}
static int recorded_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return USUAL(file)->pMethods->xFileSize(USUAL(file), size);
}
static int recorded_lock(sqlite3_file *file, int lock)
{
    return USUAL(file)->pMethods->xLock(USUAL(file), lock);
}
static int recorded_unlock(sqlite3_file *file, int lock)
{
    return USUAL(file)->pMethods->xUnlock(USUAL(file), lock);
}
static int recorded_reserved(sqlite3_file *file, int *result)
{
    return USUAL(file)->pMethods->xCheckReservedLock(USUAL(file), result);
}
static int recorded_control(sqlite3_file *file, int what, void *argument)
{
    return USUAL(file)->pMethods->xFileControl(USUAL(file), what, argument);
}
static int recorded_sector(sqlite3_file *file)
{
    return USUAL(file)->pMethods->xSectorSize(USUAL(file));
}
static int recorded_device(sqlite3_file *file)
{
    return USUAL(file)->pMethods->xDeviceCharacteristics(USUAL(file));
}

/* Of the first version: without shared memory, so that a journal which is not exclusive does not open. */
static const sqlite3_io_methods recorded_methods = {
    1,           recorded_close,  recorded_read, recorded_write,  recorded_truncate, recorded_sync, recorded_size,
    recorded_lock, recorded_unlock, recorded_reserved, recorded_control, recorded_sector, recorded_device,
    NULL,        NULL,            NULL,          NULL,            NULL,              NULL};

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out)
{
    (void)vfs;
    struct recorded *recorded = recorded_of(file);
    recorded->usual = (sqlite3_file *)(void *)(recorded + 1);
    recorded->file = -1;
    recorder.within_sqlite = true;
    int result = recorder.usual->xOpen(recorder.usual, path, recorded->usual, flags, out);
    recorder.within_sqlite = false;
    const char *name = path && result == SQLITE_OK ? recorded_name(path) : NULL;
    if (name)
        recorded->file = record_open(name, true);
    recorded->base.pMethods = recorded->usual->pMethods ? &recorded_methods : NULL;
    return result;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
    (void)vfs;
    const char *name = recorded_name(path);
    if (name)
        record_remove(name);
    return recorder.usual->xDelete(recorder.usual, path, sync);
}

static int vfs_random(sqlite3_vfs *vfs, int size, char *bytes)
{
    (void)vfs;
    random_fill(bytes, (size_t)size);
    return size;
}

/* Once per process. */
static void vfs_begin(void)
{
    static sqlite3_vfs vfs;
    recorder.usual = sqlite3_vfs_find(NULL);
    assert(recorder.usual);
    vfs = *recorder.usual;
    vfs.szOsFile = (int)sizeof(struct recorded) + recorder.usual->szOsFile;
    vfs.zName = "recorded";
    vfs.pNext = NULL;
    vfs.xOpen = vfs_open;
    vfs.xDelete = vfs_delete;
    vfs.xRandomness = vfs_random;
    sqlite3_vfs_register(&vfs, 1);
}

/* From here on what happens in the folder is on the tape; what is there now is `names`, numbered below `files`. */
static void record_begin(struct disk_tape *tape, const char *folder, const struct disk_names *names, int files)
{
    memset(recorder.descriptors, 0, sizeof recorder.descriptors);
    snprintf(recorder.folder, sizeof recorder.folder, "%s", folder);
    recorder.names = names ? *names : (struct disk_names){0};
    recorder.files = files;
    recorder.tape = tape;
}

static void record_end(void)
{
    recorder.tape = NULL;
}

#endif
