/*
 * System calls that fail when a test says so: the nth of them, once; with what errno; and whether a write that fails
 * has written its first half before. Or, in a child: the process ends there, as by kill -9. Included by one test each.
 */
#ifndef FAULT_SHIM_H
#define FAULT_SHIM_H

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static struct {
    int at;    /* which call from now on fails: 1 is the next; 0: none */
    int error; /* 0: the process ends */
    bool half; /* a write does half of its work before */
    int calls; /* so many were seen */
} shim;

/* Not static: the system's headers may have declared what calls it inline. */
bool shim_fails(void);
bool shim_fails(void)
{
    shim.calls++;
    if (!shim.at || --shim.at)
        return false;
    if (shim.error) {
        errno = shim.error;
        return true;
    }
    _exit(9);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t at)
{
    if (shim.at == 1 && shim.half && syscall(SYS_pwrite64, descriptor, bytes, size / 2, at) < 0)
        _exit(8);
    return shim_fails() ? -1 : syscall(SYS_pwrite64, descriptor, bytes, size, at);
}

ssize_t pread(int descriptor, void *bytes, size_t size, off_t at)
{
    return shim_fails() ? -1 : syscall(SYS_pread64, descriptor, bytes, size, at);
}

int fdatasync(int descriptor)
{
    return shim_fails() ? -1 : (int)syscall(SYS_fdatasync, descriptor);
}

int fsync(int descriptor)
{
    return shim_fails() ? -1 : (int)syscall(SYS_fsync, descriptor);
}

int ftruncate(int descriptor, off_t length)
{
    return shim_fails() ? -1 : (int)syscall(SYS_ftruncate, descriptor, length);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    return shim_fails() ? -1 : (int)syscall(SYS_renameat, from_folder, from, to_folder, to);
}

int unlinkat(int folder, const char *name, int flags)
{
    return shim_fails() ? -1 : (int)syscall(SYS_unlinkat, folder, name, flags);
}

int openat(int folder, const char *name, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    mode_t mode = flags & O_CREAT ? va_arg(list, mode_t) : 0;
    va_end(list);
    return shim_fails() ? -1 : (int)syscall(SYS_openat, folder, name, flags, mode);
}

#endif
