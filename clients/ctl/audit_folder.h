/*
 * An export in a folder: writing it so that it is there whole or not at all, and reading its leaves.
 *
 *     folder_begin(&writing, arena, "almere-2026", &fault)     a folder beside it, under another name
 *     ... write into writing.aside ...
 *     folder_finish(&writing, &fault)                          synced, and in one step in its place
 *
 * What was there before stands until then.
 */
#ifndef CTL_AUDIT_FOLDER_H
#define CTL_AUDIT_FOLDER_H

#include "audit/tile.h"

struct folder_writing {
    const char *path, *aside;
    bool replaces; /* something is there already */
};
/* Makes the folders above it too. */
bool folder_begin(struct folder_writing *writing, struct arena *arena, const char *path, struct fault *fault) MUST_USE;
bool folder_finish(struct folder_writing *writing, struct fault *fault) MUST_USE;
/* Instead of finishing; what was written is removed. */
void folder_drop(struct folder_writing *writing);
bool folder_is_there(const char *path);
/* It, and all that is in it. */
void folder_remove(const char *path);

/* The names of the logs that lie below it, sorted; none when it is itself the folder of a log. */
void folder_logs(struct arena *arena, const char *folder, struct text_list *logs);

/* The leaves of an export of `size` records, one after the other. Each is good until the next is read. */
struct leaves_reading {
    const char *folder;
    uint64_t size, index; /* `index` of the one that comes next */
    struct arena arena;
    struct text bundle;
    size_t at;
};
void leaves_open(struct leaves_reading *reading, const char *folder, uint64_t size);
/* False at the end, without a fault, and with one when it cannot be read. */
bool leaves_next(struct leaves_reading *reading, struct text *leaf, struct fault *fault);
void leaves_close(struct leaves_reading *reading);

#endif
