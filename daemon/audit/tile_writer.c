#include "audit/tile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fault_errno(struct fault *fault, const char *doing, const char *path)
{
    enum fault_kind kind = errno == ENOSPC || errno == EDQUOT ? FAULT_FULL : FAULT_BROKEN;
    return fault_set(fault, kind, "cannot %s `%s`: %s", doing, path, strerror(errno));
}

/* Every folder above the file; `path` is changed while it works. */
static bool make_folders(char *path, size_t from, struct fault *fault)
{
    for (size_t i = from; path[i] != '\0'; i++) {
        if (path[i] != '/' || i == 0)
            continue;
        path[i] = '\0';
        bool good = mkdir(path, 0700) == 0 || errno == EEXIST || fault_errno(fault, "make", path);
        path[i] = '/';
        if (!good)
            return false;
    }
    return true;
}

static bool write_all(int descriptor, struct text text)
{
    for (size_t at = 0; at < text.length;) {
        ssize_t written = write(descriptor, text.at + at, text.length - at);
        if (written < 0 && errno != EINTR)
            return false;
        at += written < 0 ? 0 : (size_t)written;
    }
    return true;
}

/* A new file. */
static bool write_file(struct tile_writer *writer, struct text path, struct text text, struct fault *fault)
{
    struct arena scratch;
    arena_init(&scratch);
    size_t folder = strlen(writer->folder);
    struct text whole = text_format(&scratch, "%s/%.*s", writer->folder, TEXT_ARGS(path));
    char *name = arena_alloc(&scratch, whole.length + 1);
    memcpy(name, whole.at, whole.length);
    bool good = make_folders(name, folder, fault);
    int descriptor = good ? open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    if (good && descriptor < 0)
        good = fault_errno(fault, "make", name);
    if (good && !write_all(descriptor, text))
        good = fault_errno(fault, "write", name);
    if (descriptor >= 0 && close(descriptor) != 0 && good)
        good = fault_errno(fault, "write", name);
    arena_finish(&scratch);
    return good;
}

static bool write_tile(struct tile_writer *writer, int level, uint64_t index, unsigned width, struct text text,
                       struct fault *fault)
{
    struct arena scratch;
    arena_init(&scratch);
    bool good = write_file(writer, tile_path(&scratch, level, index, width), text, fault);
    arena_finish(&scratch);
    return good;
}

static bool write_bundle(struct tile_writer *writer, uint64_t index, unsigned width, struct fault *fault)
{
    bool good = write_tile(writer, TILE_ENTRIES, index, width, buffer_text(&writer->bundle), fault);
    writer->bundle.length = 0;
    return good;
}

bool tile_writer_open(struct tile_writer *writer, struct arena *arena, const char *folder, struct fault *fault)
{
    *writer = (struct tile_writer){.folder = folder};
    log_tree_init(&writer->tree, arena, (struct tile_store){0}); /* nothing older than the last tile is asked */
    buffer_init(&writer->bundle, arena);
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return fault_errno(fault, "make", folder);
    return true;
}

bool tile_writer_add(struct tile_writer *writer, struct text leaf, struct fault *fault)
{
    tile_entry_add(&writer->bundle, leaf);
    unsigned full = log_tree_append(&writer->tree, tree_leaf(leaf));
    for (unsigned level = 0; level < full; level++) {
        uint64_t index;
        struct text tile = log_tree_full(&writer->tree, level, &index);
        if (!write_tile(writer, (int)level, index, TILE_WIDTH, tile, fault) ||
            (level == 0 && !write_bundle(writer, index, TILE_WIDTH, fault)))
            return false;
    }
    return true;
}

bool tile_writer_close(struct tile_writer *writer, struct text checkpoint, struct fault *fault)
{
    uint64_t size = writer->tree.size;
    for (unsigned level = 0; level < TILE_LEVELS; level++) {
        uint64_t index = size >> (8 * level) >> 8;
        unsigned width = tile_width(size, level, index);
        if (width == 0)
            continue;
        if (!write_tile(writer, (int)level, index, width, log_tree_partial(&writer->tree, level), fault) ||
            (level == 0 && !write_bundle(writer, index, width, fault)))
            return false;
    }
    return write_file(writer, TEXT("checkpoint"), checkpoint, fault);
}
