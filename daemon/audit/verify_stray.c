#include "audit/verify_stray.h"

#include "audit/tile.h"
#include "base/files.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* `tile`, a level, `x` and three digits six times at most, a tile, a width. */
#define DEPTH 10
#define BUNDLE_BYTES_MAX ((size_t)TILE_WIDTH * (2 + TILE_ENTRY_BYTES_MAX))

struct search {
    struct arena *arena;
    const char *folder;
    uint64_t size;
    struct verify_stray *stray; /* the first so far; `file` absent: none */
};

bool verify_can_read(const char *folder, struct fault *fault)
{
    DIR *stream = opendir(folder);
    if (!stream)
        return fault_set(fault, errno == ENOENT || errno == ENOTDIR ? FAULT_ABSENT : FAULT_BROKEN,
                         "cannot read `%s`: %s", folder, strerror(errno));
    closedir(stream);
    return true;
}

static void found(struct search *search, struct text file, const char *message, bool has_index, uint64_t index)
{
    struct verify_stray *stray = search->stray;
    if (stray->file.at && text_compare(stray->file, file) <= 0)
        return;
    *stray = (struct verify_stray){text_copy(search->arena, file), message, has_index, index};
}

static bool read_tile(struct search *search, struct arena *scratch, struct text file, struct text *text)
{
    struct fault fault = {0};
    const char *path = text_string(scratch, text_format(scratch, "%s/%.*s", search->folder, TEXT_ARGS(file)));
    return file_read(scratch, path, BUNDLE_BYTES_MAX, text, &fault);
}

/* Has the bundle so many entries and nothing else? */
static bool has_entries(struct text bundle, unsigned count)
{
    size_t at = 0;
    struct text leaf;
    while (count > 0 && tile_entry_next(bundle, &at, &leaf))
        count--;
    return count == 0 && at == bundle.length;
}

/* A partial tile of an earlier size: the beginning of the one of now, and as wide as it is called? */
static bool is_beginning(struct search *search, struct text file, int level, uint64_t index, unsigned width)
{
    struct arena scratch;
    arena_init(&scratch);
    unsigned now = tile_width(search->size, level < 0 ? 0 : (unsigned)level, index);
    struct text part, whole;
    bool good = read_tile(search, &scratch, file, &part) &&
                read_tile(search, &scratch, tile_path(&scratch, level, index, now), &whole) &&
                part.length <= whole.length && memcmp(part.at, whole.at, part.length) == 0 &&
                (level == TILE_ENTRIES ? has_entries(part, width) : part.length == width * (size_t)DIGEST_BYTES);
    arena_finish(&scratch);
    return good;
}

static void look_at_file(struct search *search, struct text file)
{
    int level;
    uint64_t index;
    unsigned width;
    if (!tile_path_read(file, &level, &index, &width))
        return;
    unsigned height = level < 0 ? 0 : (unsigned)level, now = tile_width(search->size, height, index);
    if (width > now)
        found(search, file, "it does not belong to a log of that size", true, search->size);
    else if (width < now && !is_beginning(search, file, level, index, width))
        found(search, file, "it is not the beginning of the tile that it was", true,
              (index * TILE_WIDTH) << (8 * height));
}

static void look_at_folder(struct search *search, struct text path, int depth)
{
    struct arena scratch;
    arena_init(&scratch);
    DIR *stream = opendir(text_string(&scratch, text_format(&scratch, "%s/%.*s", search->folder, TEXT_ARGS(path))));
    for (struct dirent *entry; stream && (entry = readdir(stream)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        struct arena_mark mark = arena_mark(&scratch);
        struct text below = text_format(&scratch, "%.*s/%s", TEXT_ARGS(path), entry->d_name);
        struct stat status;
        const char *name = text_string(&scratch, text_format(&scratch, "%s/%.*s", search->folder, TEXT_ARGS(below)));
        if (stat(name, &status) == 0 && S_ISDIR(status.st_mode)) {
            if (depth < DEPTH)
                look_at_folder(search, below, depth + 1);
        } else {
            look_at_file(search, below);
        }
        arena_back(&scratch, mark);
    }
    if (stream)
        closedir(stream);
    arena_finish(&scratch);
}

bool verify_find_stray(struct arena *arena, const char *folder, uint64_t size, struct verify_stray *stray)
{
    *stray = (struct verify_stray){0};
    struct search search = {arena, folder, size, stray};
    look_at_folder(&search, TEXT("tile"), 0);
    return stray->file.at != NULL;
}
