/*
 * Files in an export that do not belong to a tree of its size: records or hashes that nobody would look at, and that a
 * reader could take for part of the log. Partial tiles of an earlier size may be there, if they are the beginning of
 * what is there now. What is called like no tile is not looked at.
 */
#ifndef AUDIT_VERIFY_STRAY_H
#define AUDIT_VERIFY_STRAY_H

#include "base/fault.h"
#include "base/text.h"

#include <stdint.h>

struct verify_stray {
    struct text file; /* below the folder */
    const char *message;
    bool has_index;
    uint64_t index; /* the first record that it brings, or makes doubtful */
};

/* Is it a folder that can be read? */
bool verify_can_read(const char *folder, struct fault *fault) MUST_USE;
/* The first by path, if there is any. The files of that size were checked before. */
bool verify_find_stray(struct arena *arena, const char *folder, uint64_t size, struct verify_stray *stray);

#endif
