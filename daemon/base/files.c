#include "base/files.h"
#include "base/limits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- One file ---- */

static bool fault_errno(struct fault *fault, const char *doing, const char *path)
{
    int error = errno;
    enum fault_kind kind = error == ENOENT || error == ENOTDIR ? FAULT_ABSENT : FAULT_BROKEN;
    return fault_set(fault, kind, "cannot %s `%s`: %s", doing, path, strerror(error));
}

/*
 * Reads to the end, or one byte past `bytes_max`, by which it shows to be too large. The size that the system tells is
 * only where to begin: it is 0 for a pipe, and a file may grow while it is read.
 */
static bool read_descriptor(struct arena *arena, int descriptor, size_t bytes_max, struct text *text)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        return false;
    size_t room = S_ISREG(status.st_mode) && status.st_size >= 0 ? (size_t)status.st_size + 1 : 4096;
    if (room > bytes_max + 1)
        room = bytes_max + 1;
    char *at = arena_alloc(arena, room + 1);
    size_t length = 0;
    while (length <= bytes_max) {
        if (length == room) {
            size_t grown = room * 2 > bytes_max + 1 ? bytes_max + 1 : room * 2;
            char *copy = arena_alloc(arena, grown + 1);
            memcpy(copy, at, length);
            at = copy;
            room = grown;
        }
        ssize_t count = read(descriptor, at + length, room - length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return false;
        if (count == 0)
            break;
        length += (size_t)count;
    }
    *text = (struct text){at, length};
    return true;
}

bool file_read(struct arena *arena, const char *path, size_t bytes_max, struct text *text, struct fault *fault)
{
    bool standard_input = strcmp(path, "-") == 0;
    int descriptor = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return fault_errno(fault, "open", path);
    bool good = read_descriptor(arena, descriptor, bytes_max, text);
    if (!good)
        fault_errno(fault, "read", path);
    if (!standard_input)
        close(descriptor);
    if (good && text->length > bytes_max)
        return fault_set(fault, FAULT_BROKEN, "`%s` is too large: expected at most %zu bytes", path, bytes_max);
    return good;
}

/* ---- The set ---- */

/* Where `path` is, or where it would be put. */
static size_t position_of(const struct file_set *set, struct text path)
{
    size_t low = 0, high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (text_compare(set->items[middle].path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void files_add(struct arena *arena, struct file_set *set, struct text path, struct text text)
{
    size_t at = position_of(set, path);
    if (at < set->count && text_equal(set->items[at].path, path)) {
        set->items[at].text = text;
        return;
    }
    arena_push(arena, &set->items, &set->count, &set->capacity, sizeof *set->items);
    memmove(set->items + at + 1, set->items + at, (set->count - 1 - at) * sizeof *set->items);
    set->items[at] = (struct source_file){path, text};
}

const struct source_file *files_find(const struct file_set *set, struct text path)
{
    size_t at = position_of(set, path);
    return at < set->count && text_equal(set->items[at].path, path) ? &set->items[at] : NULL;
}

struct digest files_digest(struct arena *arena, const struct file_set *set)
{
    struct buffer lines;
    buffer_init(&lines, arena);
    for (size_t i = 0; i < set->count; i++) {
        buffer_add(&lines, digest_text(arena, digest_of(set->items[i].text)));
        buffer_add_string(&lines, "  ");
        buffer_add(&lines, set->items[i].path);
        buffer_add_byte(&lines, '\n');
    }
    return digest_of(buffer_text(&lines));
}

/* ---- The folder ---- */

struct reading {
    struct arena *arena;
    const char *folder; /* as given, for faults */
    struct file_set *set;
    struct findings *findings;
    struct fault *fault;
    bool full; /* one file too many was met, and said */
};

static bool is_rule_file(struct text name)
{
    return text_ends_with(name, ".yaml") || text_ends_with(name, ".lua");
}

/* `covenant.yml`, `Covenant.YAML`: whoever wrote it thinks that it counts. */
static bool is_nearly_rule_file(struct text name)
{
    static const char *const endings[] = {".yaml", ".yml", ".lua"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t length = strlen(endings[i]);
        if (name.length > length && strncasecmp(name.at + name.length - length, endings[i], length) == 0)
            return !is_rule_file(name);
    }
    return false;
}

/* A name that would break a line, of a finding or of the set's digest, or a terminal, or JSON. */
static bool is_plain_name(struct text name)
{
    for (size_t i = 0; i < name.length; i++)
        if ((unsigned char)name.at[i] < 0x20 || name.at[i] == 0x7F)
            return false;
    return text_is_utf8(name);
}

/* What cannot be shown of a path is shown as a question mark: it is the path that is wrong. */
static struct place place_of(const struct reading *reading, struct text path)
{
    bool utf8 = text_is_utf8(path);
    char *shown = arena_alloc(reading->arena, path.length + 1);
    for (size_t i = 0; i < path.length; i++) {
        unsigned char byte = (unsigned char)path.at[i];
        shown[i] = byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !utf8) ? '?' : path.at[i];
    }
    struct source_file *file = ARENA_NEW(reading->arena, struct source_file);
    *file = (struct source_file){{shown, path.length}, TEXT("")};
    return (struct place){file, 1, 1};
}

static bool fault_at(const struct reading *reading, const char *doing, struct text path)
{
    int error = errno;
    struct text full = text_format(reading->arena, "%s/%.*s", reading->folder, TEXT_ARGS(path));
    errno = error;
    return fault_errno(reading->fault, doing, full.at);
}

static bool read_rule_file(struct reading *reading, int folder, const char *name, struct text path)
{
    size_t bytes_max = text_ends_with(path, ".lua") ? LUA_FILE_BYTES_MAX : RULE_FILE_BYTES_MAX;
    if (reading->set->count == RULE_FILES_MAX) {
        if (!reading->full)
            findings_add(reading->findings, SEVERITY_ERROR, "too_many_files", place_of(reading, path), 1,
                         "found more than %d rule files, expected at most that many", RULE_FILES_MAX);
        reading->full = true;
        return true;
    }
    /* Not a pipe by now either: it would be waited for. */
    int descriptor = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0)
        return fault_at(reading, "open", path);
    struct text text = {0};
    bool good = read_descriptor(reading->arena, descriptor, bytes_max, &text);
    if (!good)
        fault_at(reading, "read", path);
    close(descriptor);
    if (!good)
        return false;
    if (text.length > bytes_max)
        findings_add(reading->findings, SEVERITY_ERROR, "file_too_large", place_of(reading, path), 1,
                     "found a file that is too large, expected at most %zu bytes", bytes_max);
    else
        files_add(reading->arena, reading->set, path, text);
    return true;
}

static bool read_folder(struct reading *reading, int descriptor, struct text path, int depth);

static bool read_subfolder(struct reading *reading, int folder, const char *name, struct text path, int depth)
{
    if (depth == FOLDER_DEPTH_MAX) {
        findings_add(reading->findings, SEVERITY_ERROR, "folder_too_deep", place_of(reading, path), 1,
                     "found a folder inside %d others, expected at most that many levels", FOLDER_DEPTH_MAX);
        return true;
    }
    int descriptor = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor < 0)
        return fault_at(reading, "open", path);
    return read_folder(reading, descriptor, path, depth + 1);
}

/* A link that would bring rules is a warning: whoever made it thinks that they are read. */
static void check_link(struct reading *reading, int folder, const char *name, struct text path)
{
    struct stat target;
    bool to_folder = fstatat(folder, name, &target, 0) == 0 && S_ISDIR(target.st_mode);
    if (to_folder || is_rule_file(path))
        findings_add(reading->findings, SEVERITY_WARNING, "link_not_followed", place_of(reading, path), 1,
                     "found a symbolic link, which is not followed; expected the file or folder itself");
}

static bool read_entry(struct reading *reading, int folder, const char *name, struct text path, int depth)
{
    struct stat status;
    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return fault_at(reading, "look at", path);
    if (S_ISLNK(status.st_mode)) {
        check_link(reading, folder, name, path);
        return true;
    }
    bool is_folder = S_ISDIR(status.st_mode);
    if (!is_folder && is_nearly_rule_file(path))
        findings_add(reading->findings, SEVERITY_ERROR, "unexpected_file", place_of(reading, path), 1,
                     "a file of this name is not read, expected one that ends in `.yaml` or `.lua`");
    if (!is_folder && !is_rule_file(path))
        return true;
    if (!is_plain_name(text_of(name))) {
        findings_add(reading->findings, SEVERITY_ERROR, "file_name", place_of(reading, path), 1,
                     "found a name with control characters, or that is no UTF-8, expected one that can be shown");
        return true;
    }
    if (is_folder)
        return read_subfolder(reading, folder, name, path, depth);
    if (!S_ISREG(status.st_mode)) {
        findings_add(reading->findings, SEVERITY_ERROR, "not_a_file", place_of(reading, path), 1,
                     "found a device, pipe or socket, expected a file");
        return true;
    }
    return read_rule_file(reading, folder, name, path);
}

/* The names in a folder, sorted, so that findings and faults come in the same order on every file system. */
static bool read_names(struct reading *reading, DIR *stream, struct text path, struct text_list *names)
{
    errno = 0;
    for (struct dirent *entry = readdir(stream); entry; entry = readdir(stream)) {
        if (entry->d_name[0] != '.')
            text_list_add(reading->arena, names, text_copy(reading->arena, text_of(entry->d_name)));
        errno = 0;
    }
    return errno == 0 || fault_at(reading, "read", path);
}

static int by_name(const void *left, const void *right)
{
    return text_compare(*(const struct text *)left, *(const struct text *)right);
}

/* Takes `descriptor` over. */
static bool read_folder(struct reading *reading, int descriptor, struct text path, int depth)
{
    DIR *stream = fdopendir(descriptor);
    if (!stream) {
        fault_at(reading, "read", path);
        close(descriptor);
        return false;
    }
    struct text_list names = {0};
    bool good = read_names(reading, stream, path, &names);
    if (good && names.count)
        qsort(names.items, names.count, sizeof *names.items, by_name);
    for (size_t i = 0; good && i < names.count; i++) {
        struct text below = names.items[i];
        if (path.length)
            below = text_format(reading->arena, "%.*s/%.*s", TEXT_ARGS(path), TEXT_ARGS(below));
        good = read_entry(reading, descriptor, names.items[i].at, below, depth);
    }
    closedir(stream);
    return good;
}

bool files_read(struct arena *arena, const char *folder, struct file_set *set, struct findings *findings,
                struct fault *fault)
{
    struct reading reading = {arena, folder, set, findings, fault, false};
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return fault_errno(fault, "open", folder);
    return read_folder(&reading, descriptor, TEXT(""), 0);
}
