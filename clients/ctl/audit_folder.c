#include "audit_folder.h"

#include "base/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUNDLE_BYTES_MAX ((size_t)TILE_WIDTH * (2 + TILE_ENTRY_BYTES_MAX))

static bool fault_errno(struct fault *fault, const char *doing, const char *path)
{
    enum fault_kind kind = errno == ENOSPC || errno == EDQUOT ? FAULT_FULL : FAULT_BROKEN;
    return fault_set(fault, kind, "cannot %s `%s`: %s", doing, path, strerror(errno));
}

bool folder_is_there(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

void folder_remove(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Above the last part of the path. */
static bool make_folders(struct arena *arena, const char *path, struct fault *fault)
{
    size_t length = strlen(path);
    char *part = arena_alloc(arena, length + 1);
    for (size_t i = 1; i < length; i++) {
        if (path[i] != '/')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST)
            return fault_errno(fault, "make", part);
    }
    return true;
}

bool folder_begin(struct folder_writing *writing, struct arena *arena, const char *path, struct fault *fault)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    struct text whole = {path, length};
    *writing = (struct folder_writing){.path = text_string(arena, whole)};
    char *aside = arena_alloc(arena, length + sizeof ".XXXXXX.new");
    snprintf(aside, length + sizeof ".XXXXXX.new", "%s.new.XXXXXX", writing->path);
    if (!make_folders(arena, writing->path, fault))
        return false;
    if (!mkdtemp(aside))
        return fault_errno(fault, "make", aside);
    writing->aside = aside;
    writing->replaces = folder_is_there(writing->path);
    return true;
}

/* The whole file system: an export is thousands of small files. */
static bool sync_all(const char *path, struct fault *fault)
{
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return fault_errno(fault, "open", path);
    bool good = syncfs(descriptor) == 0 || fault_errno(fault, "write", path);
    close(descriptor);
    return good;
}

static bool put_in_place(const struct folder_writing *writing, struct fault *fault)
{
    unsigned flags = writing->replaces ? RENAME_EXCHANGE : RENAME_NOREPLACE;
    if (renameat2(AT_FDCWD, writing->aside, AT_FDCWD, writing->path, flags) == 0)
        return true;
    /* Some file systems cannot: then nothing may be there, or an empty folder. */
    if (errno != EINVAL || (writing->replaces && rmdir(writing->path) != 0))
        return fault_errno(fault, "put the export in the place of", writing->path);
    return rename(writing->aside, writing->path) == 0 || fault_errno(fault, "make", writing->path);
}

bool folder_finish(struct folder_writing *writing, struct fault *fault)
{
    if (!sync_all(writing->aside, fault) || !put_in_place(writing, fault) || !sync_all(writing->path, fault))
        return false;
    if (writing->replaces)
        folder_remove(writing->aside); /* it is now what was there before */
    writing->aside = NULL;
    return true;
}

void folder_drop(struct folder_writing *writing)
{
    if (writing->aside)
        folder_remove(writing->aside);
    writing->aside = NULL;
}

/* Folders below the one that is given: a region, a year. */
#define DEPTH_LOGS_MAX 3

static bool is_file(struct arena *arena, const char *folder, const char *name)
{
    struct stat status;
    return stat(text_string(arena, text_format(arena, "%s/%s", folder, name)), &status) == 0;
}

static void find_logs(struct arena *arena, const char *folder, struct text below, size_t depth, struct text_list *logs)
{
    DIR *listing = opendir(folder);
    if (!listing)
        return;
    for (struct dirent *entry; (entry = readdir(listing));) {
        if (entry->d_name[0] == '.')
            continue;
        struct text name = text_format(arena, "%.*s%s%s", TEXT_ARGS(below), below.length ? "/" : "", entry->d_name);
        const char *path = text_string(arena, text_format(arena, "%s/%s", folder, entry->d_name));
        if (is_file(arena, path, "checkpoint") || is_file(arena, path, "tile"))
            text_list_add_sorted(arena, logs, name);
        else if (depth + 1 < DEPTH_LOGS_MAX)
            find_logs(arena, path, name, depth + 1, logs);
    }
    closedir(listing);
}

void folder_logs(struct arena *arena, const char *folder, struct text_list *logs)
{
    *logs = (struct text_list){0};
    if (!is_file(arena, folder, "checkpoint") && !is_file(arena, folder, "tile"))
        find_logs(arena, folder, TEXT(""), 0, logs);
}

void leaves_open(struct leaves_reading *reading, const char *folder, uint64_t size)
{
    *reading = (struct leaves_reading){.folder = folder, .size = size};
    arena_init(&reading->arena);
}

void leaves_close(struct leaves_reading *reading)
{
    arena_finish(&reading->arena);
}

bool leaves_next(struct leaves_reading *reading, struct text *leaf, struct fault *fault)
{
    *fault = (struct fault){.kind = FAULT_NONE};
    if (reading->index == reading->size)
        return false;
    if (reading->index % TILE_WIDTH == 0) {
        arena_finish(&reading->arena);
        arena_init(&reading->arena);
        uint64_t tile = reading->index / TILE_WIDTH;
        struct text file = tile_path(&reading->arena, TILE_ENTRIES, tile, tile_width(reading->size, 0, tile));
        const char *path =
            text_string(&reading->arena, text_format(&reading->arena, "%s/%.*s", reading->folder, TEXT_ARGS(file)));
        reading->at = 0;
        if (!file_read(&reading->arena, path, BUNDLE_BYTES_MAX, &reading->bundle, fault))
            return false;
    }
    if (!tile_entry_next(reading->bundle, &reading->at, leaf))
        return fault_set(fault, FAULT_BROKEN, "record %llu of `%s` is not whole", (unsigned long long)reading->index,
                         reading->folder);
    reading->index++;
    return true;
}
