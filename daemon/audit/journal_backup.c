/*
 * A copy of the journal, page by page, through the one connection that writes it. What is committed between two slices
 * goes into the copy too, where it was copied already (SQLite sees to that), so the copy is the journal as it is when
 * the last slice was taken: a whole one, with all heads, between two commits.
 *
 * It is written as `.NAME.unfinished` beside its place, each slice synced, and gets its name when all of it is durable;
 * one that was cut short is written over by the next under that name.
 */
#include "audit/journal_database.h"

#include "base/durable.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Pages in one slice: 1 MiB, some milliseconds with its sync. */
#define SLICE_PAGES 128
/* Where the header of a database says that it has a WAL, and what says that it has none. */
#define WAL_MARK_AT 18

struct journal_backup {
    struct arena arena;
    struct journal *journal;
    sqlite3 *database;
    sqlite3_backup *copying;
    int folder, file; /* descriptors */
    const char *shown, *name, *aside;
    long long bytes;
};

static bool cannot(const struct journal_backup *backup, const char *doing, struct fault *fault)
{
    int error = errno;
    enum fault_kind kind = error == ENOSPC || error == EDQUOT || error == EFBIG ? FAULT_FULL : FAULT_BROKEN;
    return fault_set(fault, kind, "cannot %s the copy `%s`: %s", doing, backup->shown, strerror(error));
}

/* `errno` was 0 before what failed. */
static bool copy_fault(const struct journal_backup *backup, int result, struct fault *fault)
{
    int error = errno; /* SQLite keeps it of some failures only */
    bool full = (result & 0xFF) == SQLITE_FULL || error == ENOSPC || error == EDQUOT || error == EFBIG;
    if (full)
        return fault_set(fault, FAULT_FULL, "there is no room for the copy `%s`", backup->shown);
    return fault_set(fault, FAULT_BROKEN, "cannot write the copy `%s`: %s (SQLite %d)", backup->shown,
                     sqlite3_errmsg(backup->database), result);
}

/* ---- where it is to be ---- */

static bool is_inside(const char *folder, const char *other)
{
    size_t length = strlen(other);
    return strncmp(folder, other, length) == 0 && (folder[length] == '/' || !folder[length] || length == 1);
}

static bool place_check(struct journal_backup *backup, const char *path, struct fault *fault)
{
    char folder[PATH_MAX], data[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (*path != '/' || !slash[1])
        return fault_set(fault, FAULT_ABSENT, "found `%s`, expected the whole path of a file, from `/` on", path);
    backup->shown = text_string(&backup->arena, text_of(path));
    backup->name = text_string(&backup->arena, text_of(slash + 1));
    backup->aside = text_string(&backup->arena, text_format(&backup->arena, ".%s.unfinished", slash + 1));
    const char *above = slash == path ? "/" : text_string(&backup->arena, (struct text){path, (size_t)(slash - path)});
    if (strcmp(slash + 1, ".") == 0 || strcmp(slash + 1, "..") == 0 || !realpath(above, folder))
        return fault_set(fault, FAULT_ABSENT, "found `%s`, expected a file in a folder that is there", path);
    if (realpath(backup->journal->folder, data) && is_inside(folder, data))
        return fault_set(fault, FAULT_ABSENT, "found `%s`, expected a place outside the data folder", path);
    backup->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat status;
    if (backup->folder < 0)
        return fault_set(fault, FAULT_ABSENT, "cannot open the folder of `%s`: %s", path, strerror(errno));
    if (fstatat(backup->folder, backup->name, &status, AT_SYMLINK_NOFOLLOW) == 0)
        return fault_set(fault, FAULT_ABSENT, "`%s` is there already, expected a new name: nothing is written over", path);
    /* SQLite opens by name: the folder as it is now, whatever becomes of the links that lead to it. */
    backup->aside = text_string(&backup->arena, text_format(&backup->arena, "%s/%s", folder, backup->aside));
    return true;
}

static bool file_make(struct journal_backup *backup, struct fault *fault)
{
    if (unlink(backup->aside) == 0 || errno == ENOENT)
        backup->file = open(backup->aside, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (backup->file < 0 && (errno == EACCES || errno == EROFS || errno == ENAMETOOLONG))
        return fault_set(fault, FAULT_ABSENT, "cannot make `%s`: %s", backup->shown, strerror(errno));
    return backup->file >= 0 || cannot(backup, "make", fault);
}

static bool copying_start(struct journal_backup *backup, struct fault *fault)
{
    /* A copy that is cut short is thrown away: it needs no journal of its own, and the syncs are ours. */
    static const char settings[] = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE";
    errno = 0;
    int result = sqlite3_open_v2(backup->aside, &backup->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_exec(backup->database, settings, NULL, NULL, NULL);
    if (result == SQLITE_OK)
        backup->copying = sqlite3_backup_init(backup->database, "main", backup->journal->database, "main");
    return backup->copying || copy_fault(backup, result, fault);
}

struct journal_backup *journal_backup_begin(struct journal *journal, const char *path, struct fault *fault)
{
    struct journal_backup *backup = calloc(1, sizeof *backup);
    if (!backup) {
        fault_set(fault, FAULT_BROKEN, "no memory for a copy");
        return NULL;
    }
    backup->journal = journal;
    backup->folder = backup->file = -1;
    if (place_check(backup, path, fault) && file_make(backup, fault) && copying_start(backup, fault))
        return backup;
    journal_backup_drop(backup);
    return NULL;
}

void journal_backup_drop(struct journal_backup *backup)
{
    if (!backup)
        return;
    sqlite3_backup_finish(backup->copying);
    sqlite3_close(backup->database);
    if (backup->file >= 0) {
        close(backup->file);
        unlink(backup->aside);
    }
    if (backup->folder >= 0)
        close(backup->folder);
    arena_finish(&backup->arena);
    free(backup);
}

/* ---- copying ---- */

/*
 * The copy says of itself that it has no WAL: then whoever reads it needs to write nothing beside it. The daemon that
 * it is given to turns it on again.
 */
static bool mark_alone(struct journal_backup *backup, struct fault *fault)
{
    struct stat status;
    if (!write_at(backup->file, TEXT("\1\1"), WAL_MARK_AT) || fstat(backup->file, &status) != 0)
        return cannot(backup, "write", fault);
    backup->bytes = (long long)status.st_size;
    return fsync(backup->file) == 0 || cannot(backup, "sync", fault);
}

/* Its name, when nothing has that name; where a file system cannot do that in one step, by a second name. */
static bool name_give(struct journal_backup *backup, struct fault *fault)
{
    bool named = renameat2(AT_FDCWD, backup->aside, backup->folder, backup->name, RENAME_NOREPLACE) == 0;
    if (!named && (errno == EINVAL || errno == ENOSYS))
        named = linkat(AT_FDCWD, backup->aside, backup->folder, backup->name, 0) == 0 && unlink(backup->aside) == 0;
    if (!named && errno == EEXIST)
        return fault_set(fault, FAULT_ABSENT, "`%s` was made meanwhile, expected a new name: nothing is written over",
                         backup->shown);
    return (named && fsync(backup->folder) == 0) || cannot(backup, "name", fault);
}

static bool finish(struct journal_backup *backup, struct fault *fault)
{
    errno = 0;
    int result = sqlite3_backup_finish(backup->copying);
    backup->copying = NULL;
    if (result != SQLITE_OK)
        return copy_fault(backup, result, fault);
    sqlite3_close(backup->database);
    backup->database = NULL;
    if (!mark_alone(backup, fault) || !name_give(backup, fault))
        return false;
    close(backup->file);
    backup->file = -1; /* from here on it is no longer ours to remove */
    return true;
}

bool journal_backup_step(struct journal_backup *backup, bool *done, struct fault *fault)
{
    assert(!backup->journal->batch); /* what is not committed must not be copied */
    errno = 0;
    int result = sqlite3_backup_step(backup->copying, SLICE_PAGES);
    *done = result == SQLITE_DONE;
    if (*done)
        return finish(backup, fault);
    if (result != SQLITE_OK)
        return copy_fault(backup, result, fault);
    return fdatasync(backup->file) == 0 || cannot(backup, "sync", fault);
}

long long journal_backup_bytes(const struct journal_backup *backup)
{
    return backup->bytes;
}
