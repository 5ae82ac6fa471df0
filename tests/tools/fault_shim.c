/*
 * What may go wrong in the world, at a chosen moment: a library to preload into a daemon (or any program), that counts
 * its calls that change files below one folder, and its allocations, and at the N-th of them lets something happen.
 *
 *     LD_PRELOAD=build/tools/fault_shim.so FAULT_FOLDER=/srv/data FAULT_AT=17 FAULT_DO=EIO build/covenantd ...
 *
 *     FAULT_FOLDER  absolute, without links: only calls on files in it and below it count (exec: all count)
 *     FAULT_CALLS   which calls count: write,sync,truncate,rename,unlink,open,link,allocate,exec (all of these when it is
 *                   not set); also `read`. `open` is one that may make a file
 *     FAULT_AT      which of them, from 1; 0 or not set: none, only counted
 *     FAULT_DO      kill (as by kill -9, in place of the call), kill-after, short (a write does half; other calls are
 *                   not touched), EIO, ENOSPC, EINTR, EDQUOT, ENOMEM, EACCES, EMFILE, EROFS
 *     FAULT_EVER    1: that one and all after it; else once
 *     FAULT_MEMORY_AT, FAULT_MEMORY_EVER  the same for malloc, calloc and realloc, which then give NULL
 *     FAULT_CONTROL a file of CONTROL_BYTES, made when absent, in which the state lies (struct control below): it is
 *                   seen from outside, can be changed while the program runs, and goes on over fork and exec; an
 *                   existing file counts, not FAULT_AT and so on
 *     FAULT_LOG     a file to which each call that counts is written: `17 sync /srv/data/journal.db-wal`
 *
 * tests/wire/shim.py sets these for a daemon of the tests.
 *
 * Calls go to the kernel by syscall(2), so what another library puts in their place is not asked.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { WRITE, SYNC, TRUNCATE, RENAME, UNLINK, OPEN, LINK, ALLOCATE, EXEC, READING, KIND_COUNT };
static const char *const kind_names[KIND_COUNT] = {"write", "sync",     "truncate", "rename", "unlink",
                                                   "open",  "link",     "allocate", "exec",   "read"};
#define KINDS_USUAL ((1U << READING) - 1)

static const struct {
    const char *name;
    int number;
} errors[] = {{"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EINTR", EINTR},   {"EDQUOT", EDQUOT},
              {"ENOMEM", ENOMEM}, {"EACCES", EACCES}, {"EMFILE", EMFILE}, {"EROFS", EROFS}};

/* Instead of an errno. */
#define DO_KILL 0
#define DO_KILL_AFTER (-1)
#define DO_SHORT (-2)

/* Each 8 bytes of the machine's own order; in this order in the file of FAULT_CONTROL. */
struct control {
    int64_t calls; /* so many were seen */
    int64_t at, act, ever;
    int64_t happened; /* so often something did */
    int64_t allocations, allocation_at, allocation_ever;
};
#define CONTROL_BYTES 64
_Static_assert(sizeof(struct control) == CONTROL_BYTES, "what is said above");

static struct {
    struct control own, *control;
    char folder[1024];
    size_t folder_length;
    unsigned kinds;
    int log;
    bool begun;
} shim = {.log = -1};

/* ---- what is asked for ---- */

static long long number_of(const char *name)
{
    const char *text = getenv(name);
    return text ? strtoll(text, NULL, 10) : 0;
}

static int64_t act_of(const char *text)
{
    if (!text || strcmp(text, "kill") == 0)
        return DO_KILL;
    if (strcmp(text, "kill-after") == 0)
        return DO_KILL_AFTER;
    if (strcmp(text, "short") == 0)
        return DO_SHORT;
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (strcmp(text, errors[i].name) == 0)
            return errors[i].number;
    fprintf(stderr, "fault_shim: FAULT_DO is `%s`\n", text);
    _exit(99);
}

static unsigned kinds_of(const char *text)
{
    unsigned kinds = 0;
    if (!text)
        return KINDS_USUAL;
    for (unsigned kind = 0; kind < KIND_COUNT; kind++) {
        size_t length = strlen(kind_names[kind]);
        for (const char *at = text; (at = strstr(at, kind_names[kind])); at += length)
            if ((at == text || at[-1] == ',') && (!at[length] || at[length] == ','))
                kinds |= 1U << kind;
    }
    return kinds;
}

static void control_map(const char *path)
{
    bool made = true;
    int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0 && errno == EEXIST) {
        made = false;
        file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
    }
    void *map = MAP_FAILED;
    if (file >= 0 && (!made || syscall(SYS_ftruncate, file, (off_t)CONTROL_BYTES) == 0))
        map = mmap(NULL, CONTROL_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (map == MAP_FAILED) {
        fprintf(stderr, "fault_shim: cannot use `%s`: %s\n", path, strerror(errno));
        _exit(99);
    }
    close(file);
    shim.control = map;
    if (made)
        *shim.control = shim.own;
}

__attribute__((constructor)) static void begin(void)
{
    const char *folder = getenv("FAULT_FOLDER"), *control = getenv("FAULT_CONTROL"), *log = getenv("FAULT_LOG");
    snprintf(shim.folder, sizeof shim.folder, "%s", folder ? folder : "");
    shim.folder_length = strlen(shim.folder);
    shim.kinds = kinds_of(getenv("FAULT_CALLS"));
    shim.own = (struct control){.at = number_of("FAULT_AT"),
                                .act = act_of(getenv("FAULT_DO")),
                                .ever = number_of("FAULT_EVER"),
                                .allocation_at = number_of("FAULT_MEMORY_AT"),
                                .allocation_ever = number_of("FAULT_MEMORY_EVER")};
    shim.control = &shim.own;
    if (log)
        shim.log = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (control)
        control_map(control);
    shim.begun = true;
}

/* ---- counting ---- */

/* Below the folder? `path` is made absolute first, by where the descriptor `from` stands. */
static bool is_watched(int from, const char *path, char *whole, size_t size)
{
    if (!shim.folder_length)
        return false;
    whole[0] = '\0';
    if (path && path[0] == '/') {
        snprintf(whole, size, "%s", path);
    } else {
        char link[64];
        if (from == AT_FDCWD)
            snprintf(link, sizeof link, "/proc/self/cwd");
        else
            snprintf(link, sizeof link, "/proc/self/fd/%d", from);
        ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, whole, size - 1);
        if (length <= 0)
            return false;
        whole[length] = '\0';
        if (path)
            snprintf(whole + length, size - (size_t)length, "/%s", path);
    }
    return strncmp(whole, shim.folder, shim.folder_length) == 0 &&
           (whole[shim.folder_length] == '/' || !whole[shim.folder_length]);
}

static void log_call(long long number, enum kind kind, const char *path)
{
    char line[1200];
    int length = snprintf(line, sizeof line, "%lld %s %s\n", number, kind_names[kind], path);
    if (shim.log >= 0 && length > 0)
        syscall(SYS_write, shim.log, line, (size_t)length < sizeof line ? (size_t)length : sizeof line - 1);
}

static bool is_due(int64_t number, const int64_t *at_place, const int64_t *ever_place)
{
    int64_t at = __atomic_load_n(at_place, __ATOMIC_SEQ_CST);
    return at > 0 && (number == at || (number > at && __atomic_load_n(ever_place, __ATOMIC_SEQ_CST)));
}

static _Noreturn void die(void)
{
    syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
    for (;;)
        pause();
}

enum verdict { GO_ON, FAIL, HALF, GO_ON_AND_DIE };

/* What is to be done with this call; with FAIL errno is set. */
static enum verdict judge(enum kind kind, int from, const char *path)
{
    char whole[1100];
    int kept = errno;
    if (!shim.begun || !(shim.kinds >> kind & 1U))
        return GO_ON;
    if (kind != EXEC && !is_watched(from, path, whole, sizeof whole)) {
        errno = kept;
        return GO_ON;
    }
    struct control *control = shim.control;
    int64_t number = __atomic_add_fetch(&control->calls, 1, __ATOMIC_SEQ_CST);
    log_call(number, kind, kind == EXEC ? path : whole);
    errno = kept;
    if (!is_due(number, &control->at, &control->ever))
        return GO_ON;
    int64_t act = __atomic_load_n(&control->act, __ATOMIC_SEQ_CST);
    if (act == DO_SHORT && kind != WRITE)
        return GO_ON;
    __atomic_add_fetch(&control->happened, 1, __ATOMIC_SEQ_CST);
    if (act == DO_KILL)
        die();
    if (act == DO_KILL_AFTER)
        return GO_ON_AND_DIE;
    if (act == DO_SHORT)
        return HALF;
    errno = (int)act;
    return FAIL;
}

/* A function in place of the C library's: judged, then the system call `call`, which may ask what was judged. */
#define CALL(type, declaration, judgement, call)                                                                       \
    declaration                                                                                                        \
    {                                                                                                                  \
        enum verdict verdict = (judgement);                                                                            \
        if (verdict == FAIL)                                                                                           \
            return -1;                                                                                                 \
        type done = (type)(call);                                                                                      \
        if (verdict == GO_ON_AND_DIE)                                                                                  \
            die();                                                                                                     \
        return done;                                                                                                   \
    }

/* ---- the calls ---- */

/* Half of it, but not nothing: a write of no bytes would be asked again for ever. */
static size_t half(enum verdict verdict, size_t size)
{
    return verdict == HALF && size > 1 ? size / 2 : size;
}
/* Of several parts a short one writes the first. */
static int parts(enum verdict verdict, int count)
{
    return verdict == HALF && count > 1 ? 1 : count;
}

CALL(ssize_t, ssize_t write(int file, const void *bytes, size_t size), judge(WRITE, file, NULL),
     syscall(SYS_write, file, bytes, half(verdict, size)))
CALL(ssize_t, ssize_t pwrite(int file, const void *bytes, size_t size, off_t at), judge(WRITE, file, NULL),
     syscall(SYS_pwrite64, file, bytes, half(verdict, size), at))
CALL(ssize_t, ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t at), judge(WRITE, file, NULL),
     syscall(SYS_pwrite64, file, bytes, half(verdict, size), at))
CALL(ssize_t, ssize_t writev(int file, const struct iovec *vector, int count), judge(WRITE, file, NULL),
     syscall(SYS_writev, file, vector, parts(verdict, count)))
CALL(ssize_t, ssize_t pwritev(int file, const struct iovec *vector, int count, off_t at), judge(WRITE, file, NULL),
     syscall(SYS_pwritev, file, vector, parts(verdict, count), at, 0))
CALL(ssize_t, ssize_t pwritev64(int file, const struct iovec *vector, int count, off64_t at),
     judge(WRITE, file, NULL), syscall(SYS_pwritev, file, vector, parts(verdict, count), at, 0))

CALL(ssize_t, ssize_t read(int file, void *bytes, size_t size), judge(READING, file, NULL),
     syscall(SYS_read, file, bytes, size))
CALL(ssize_t, ssize_t pread(int file, void *bytes, size_t size, off_t at), judge(READING, file, NULL),
     syscall(SYS_pread64, file, bytes, size, at))
CALL(ssize_t, ssize_t pread64(int file, void *bytes, size_t size, off64_t at), judge(READING, file, NULL),
     syscall(SYS_pread64, file, bytes, size, at))

CALL(int, int fsync(int file), judge(SYNC, file, NULL), syscall(SYS_fsync, file))
CALL(int, int fdatasync(int file), judge(SYNC, file, NULL), syscall(SYS_fdatasync, file))
CALL(int, int syncfs(int file), judge(SYNC, file, NULL), syscall(SYS_syncfs, file))
CALL(int, int sync_file_range(int file, off64_t at, off64_t length, unsigned flags), judge(SYNC, file, NULL),
     syscall(SYS_sync_file_range, file, at, length, flags))

CALL(int, int ftruncate(int file, off_t length), judge(TRUNCATE, file, NULL), syscall(SYS_ftruncate, file, length))
CALL(int, int ftruncate64(int file, off64_t length), judge(TRUNCATE, file, NULL), syscall(SYS_ftruncate, file, length))
CALL(int, int truncate(const char *path, off_t length), judge(TRUNCATE, AT_FDCWD, path),
     syscall(SYS_truncate, path, length))

CALL(int, int rename(const char *from, const char *to), judge(RENAME, AT_FDCWD, to), syscall(SYS_rename, from, to))
CALL(int, int renameat(int from_folder, const char *from, int to_folder, const char *to), judge(RENAME, to_folder, to),
     syscall(SYS_renameat, from_folder, from, to_folder, to))
CALL(int, int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags),
     judge(RENAME, to_folder, to), syscall(SYS_renameat2, from_folder, from, to_folder, to, flags))

CALL(int, int unlink(const char *path), judge(UNLINK, AT_FDCWD, path), syscall(SYS_unlink, path))
CALL(int, int unlinkat(int folder, const char *path, int flags), judge(UNLINK, folder, path),
     syscall(SYS_unlinkat, folder, path, flags))
CALL(int, int rmdir(const char *path), judge(UNLINK, AT_FDCWD, path), syscall(SYS_rmdir, path))

CALL(int, int link(const char *from, const char *to), judge(LINK, AT_FDCWD, to), syscall(SYS_link, from, to))
CALL(int, int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags),
     judge(LINK, to_folder, to), syscall(SYS_linkat, from_folder, from, to_folder, to, flags))
CALL(int, int symlink(const char *from, const char *to), judge(LINK, AT_FDCWD, to), syscall(SYS_symlink, from, to))

CALL(int, int fallocate(int file, int mode, off_t at, off_t length), judge(ALLOCATE, file, NULL),
     syscall(SYS_fallocate, file, mode, at, length))
CALL(int, int fallocate64(int file, int mode, off64_t at, off64_t length), judge(ALLOCATE, file, NULL),
     syscall(SYS_fallocate, file, mode, at, length))
/* These give what others leave in errno. */
int posix_fallocate(int file, off_t at, off_t length)
{
    return fallocate(file, 0, at, length) == 0 ? 0 : errno;
}
int posix_fallocate64(int file, off64_t at, off64_t length)
{
    return posix_fallocate(file, at, length);
}

/* Making a folder is making a file. */
CALL(int, int mkdir(const char *path, mode_t mode), judge(OPEN, AT_FDCWD, path), syscall(SYS_mkdir, path, mode))
CALL(int, int mkdirat(int folder, const char *path, mode_t mode), judge(OPEN, folder, path),
     syscall(SYS_mkdirat, folder, path, mode))

static bool makes(int flags)
{
    return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;
}

CALL(int, static int open_any(int folder, const char *path, int flags, mode_t mode),
     makes(flags) ? judge(OPEN, folder, path) : GO_ON, syscall(SYS_openat, folder, path, flags, mode))

#define OPENS(declaration, folder)                                                                                     \
    declaration                                                                                                        \
    {                                                                                                                  \
        va_list list;                                                                                                  \
        va_start(list, flags);                                                                                         \
        mode_t mode = makes(flags) ? va_arg(list, mode_t) : 0;                                                         \
        va_end(list);                                                                                                  \
        return open_any(folder, path, flags, mode);                                                                    \
    }
OPENS(int open(const char *path, int flags, ...), AT_FDCWD)
OPENS(int open64(const char *path, int flags, ...), AT_FDCWD)
OPENS(int openat(int folder, const char *path, int flags, ...), folder)
OPENS(int openat64(int folder, const char *path, int flags, ...), folder)
int creat(const char *path, mode_t mode)
{
    return open_any(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

CALL(int, int execve(const char *path, char *const arguments[], char *const environment[]), judge(EXEC, AT_FDCWD, path),
     syscall(SYS_execve, path, arguments, environment))
int execv(const char *path, char *const arguments[])
{
    return execve(path, arguments, environ);
}
CALL(int, int fexecve(int file, char *const arguments[], char *const environment[]), judge(EXEC, file, "(descriptor)"),
     syscall(SYS_execveat, file, "", arguments, environment, AT_EMPTY_PATH))

/* ---- memory ---- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static bool is_out_of_memory(void)
{
    if (!shim.begun)
        return false;
    struct control *control = shim.control;
    int64_t number = __atomic_add_fetch(&control->allocations, 1, __ATOMIC_SEQ_CST);
    if (!is_due(number, &control->allocation_at, &control->allocation_ever))
        return false;
    __atomic_add_fetch(&control->happened, 1, __ATOMIC_SEQ_CST);
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return is_out_of_memory() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return is_out_of_memory() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return size && is_out_of_memory() ? NULL : __libc_realloc(memory, size);
}
