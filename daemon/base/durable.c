#include "base/durable.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool durable_fault(struct fault *fault, const char *doing, const char *folder, const char *name)
{
    int error = errno;
    enum fault_kind kind = FAULT_BROKEN;
    if (error == ENOSPC || error == EDQUOT || error == EFBIG)
        kind = FAULT_FULL;
    else if (error == ENOENT || error == ENOTDIR || error == EACCES || error == EPERM || error == EROFS)
        kind = FAULT_ABSENT;
    return fault_set(fault, kind, "cannot %s `%s/%s`: %s", doing, folder, name, strerror(error));
}

bool write_at(int descriptor, struct text bytes, off_t at)
{
    while (bytes.length) {
        ssize_t written = pwrite(descriptor, bytes.at, bytes.length, at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            errno = written < 0 ? errno : EIO;
            return false;
        }
        bytes = text_slice(bytes, (size_t)written, bytes.length);
        at += written;
    }
    return true;
}

ssize_t read_at(int descriptor, void *bytes, size_t size, off_t at)
{
    size_t length = 0;
    while (length < size) {
        ssize_t got = pread(descriptor, (char *)bytes + length, size - length, at + (off_t)length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        length += (size_t)got;
    }
    return (ssize_t)length;
}

static int folder_open(const char *folder)
{
    return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void close_both(struct durable *durable)
{
    if (durable->file >= 0)
        close(durable->file);
    if (durable->folder >= 0)
        close(durable->folder);
    durable->file = durable->folder = -1;
}

void durable_drop(struct durable *durable)
{
    if (durable->folder >= 0)
        unlinkat(durable->folder, durable->aside, 0);
    close_both(durable);
}

bool durable_begin(struct durable *durable, const char *folder, const char *name, struct fault *fault)
{
    *durable = (struct durable){.folder = folder_open(folder), .file = -1, .name = name};
    int length = snprintf(durable->aside, sizeof durable->aside, "%s.new", name);
    assert(length > 0 && (size_t)length < sizeof durable->aside);
    if (durable->folder < 0)
        return durable_fault(fault, "open the folder of", folder, name);
    durable->file = openat(durable->folder, durable->aside, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (durable->file >= 0)
        return true;
    durable_fault(fault, "make", folder, durable->aside);
    close_both(durable);
    return false;
}

static bool give_up(struct durable *durable, const char *doing, struct fault *fault)
{
    int error = errno;
    char aside[sizeof durable->aside];
    memcpy(aside, durable->aside, sizeof aside);
    durable_drop(durable);
    errno = error;
    return durable_fault(fault, doing, "the data folder", aside);
}

bool durable_write(struct durable *durable, struct text bytes, struct fault *fault)
{
    if (!write_at(durable->file, bytes, durable->length))
        return give_up(durable, "write", fault);
    durable->length += (off_t)bytes.length;
    return true;
}

/* Zeros over all of an open file. */
static bool overwrite(int descriptor)
{
    static const char zeros[4096];
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        return false;
    for (off_t at = 0; at < status.st_size; at += (off_t)sizeof zeros) {
        off_t left = status.st_size - at;
        size_t size = left < (off_t)sizeof zeros ? (size_t)left : sizeof zeros;
        if (!write_at(descriptor, (struct text){zeros, size}, at))
            return false;
    }
    return fdatasync(descriptor) == 0;
}

bool durable_finish(struct durable *durable, bool wipe, struct fault *fault)
{
    if (fsync(durable->file) != 0) {
        int error = errno == ENOSPC || errno == EDQUOT ? EIO : errno; /* after a failed sync nothing is certain */
        errno = error;
        return give_up(durable, "sync", fault);
    }
    int old = wipe ? openat(durable->folder, durable->name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC) : -1;
    if (wipe && old < 0 && errno != ENOENT)
        return give_up(durable, "open what is replaced by", fault);
    bool renamed = renameat(durable->folder, durable->aside, durable->folder, durable->name) == 0;
    if (!renamed) {
        int error = errno;
        if (old >= 0)
            close(old);
        errno = error;
        return give_up(durable, "rename", fault);
    }
    bool good = fsync(durable->folder) == 0 && (old < 0 || overwrite(old));
    if (!good) /* it stands, but perhaps not after a power cut, or the old one can still be read: no reason to go on */
        fault_set(fault, FAULT_BROKEN, "cannot sync `%s`: %s", durable->name, strerror(errno));
    if (old >= 0)
        close(old);
    close_both(durable);
    return good;
}

bool durable_replace(const char *folder, const char *name, struct text bytes, bool wipe, struct fault *fault)
{
    struct durable durable;
    return durable_begin(&durable, folder, name, fault) && durable_write(&durable, bytes, fault) &&
           durable_finish(&durable, wipe, fault);
}

/* Overwrites and removes what was laid aside to be removed; done when it is not there. */
static bool remove_aside(int folder, const char *aside)
{
    int file = openat(folder, aside, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0)
        return errno == ENOENT;
    bool good = overwrite(file) && unlinkat(folder, aside, 0) == 0 && fsync(folder) == 0;
    int error = errno;
    close(file);
    errno = error;
    return good;
}

bool durable_remove(const char *folder, const char *name, struct fault *fault)
{
    char aside[64];
    int length = snprintf(aside, sizeof aside, "%s.gone", name);
    assert(length > 0 && (size_t)length < sizeof aside);
    int descriptor = folder_open(folder);
    bool good = descriptor >= 0 && remove_aside(descriptor, aside) &&
                (renameat(descriptor, name, descriptor, aside) == 0
                     ? fsync(descriptor) == 0 && remove_aside(descriptor, aside)
                     : errno == ENOENT);
    if (!good)
        durable_fault(fault, "erase", folder, name);
    if (descriptor >= 0)
        close(descriptor);
    return good;
}

bool durable_is_there(const char *folder, const char *name)
{
    struct stat status;
    int descriptor = folder_open(folder);
    bool there = descriptor >= 0 && fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (descriptor >= 0)
        close(descriptor);
    return there;
}

int durable_open(const char *folder, const char *name, bool write, struct fault *fault)
{
    int descriptor = folder_open(folder);
    int file = descriptor < 0 ? -1 : openat(descriptor, name, (write ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    if (file < 0)
        durable_fault(fault, "open", folder, name);
    if (descriptor >= 0)
        close(descriptor);
    return file;
}
