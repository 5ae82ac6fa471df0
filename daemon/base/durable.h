/*
 * Small files that must be whole after a power cut: written aside as NAME.new, synced, renamed, the folder synced. What
 * was there before stands until the new one does; where that is a secret, it is then overwritten.
 *
 *     struct durable file;
 *     if (!durable_begin(&file, folder, "keys", fault)) ...
 *     if (!durable_write(&file, bytes, fault)) ...      as often as there is more; failing drops the new file
 *     if (!durable_finish(&file, true, fault)) ...
 *
 * FAULT_FULL: nothing has changed. FAULT_ABSENT: the folder or file is not there, or may not be touched.
 */
#ifndef BASE_DURABLE_H
#define BASE_DURABLE_H

#include "base/fault.h"
#include "base/text.h"

#include <sys/types.h>

struct durable {
    int folder, file; /* descriptors */
    const char *name;
    char aside[64]; /* NAME.new */
    off_t length;
};

bool durable_begin(struct durable *durable, const char *folder, const char *name, struct fault *fault) MUST_USE;
bool durable_write(struct durable *durable, struct text bytes, struct fault *fault) MUST_USE;
/* In any case nothing is open afterwards. `wipe`: overwrite what it takes the place of. */
bool durable_finish(struct durable *durable, bool wipe, struct fault *fault) MUST_USE;
/* Instead of finishing; accepts what failed or was finished. */
void durable_drop(struct durable *durable);

/* The three above in one. */
bool durable_replace(const char *folder, const char *name, struct text bytes, bool wipe, struct fault *fault) MUST_USE;
/*
 * Renames a file to NAME.gone, overwrites it with zeros, syncs, removes it: it is there whole or not at all. Done when
 * it is not there; what was cut short is finished by asking again.
 */
bool durable_remove(const char *folder, const char *name, struct fault *fault) MUST_USE;
bool durable_is_there(const char *folder, const char *name);
/* Opens DIR/NAME for reading, and for writing if `write`; -1 and a fault. */
int durable_open(const char *folder, const char *name, bool write, struct fault *fault);

/* All of it, at that place of an open file, whatever interrupts; false and errno. */
bool write_at(int descriptor, struct text bytes, off_t at) MUST_USE;
/* As many as there are up to `size`; -1 and errno. */
ssize_t read_at(int descriptor, void *bytes, size_t size, off_t at) MUST_USE;
/* What errno says of DIR/NAME, as a fault; returns false. */
bool durable_fault(struct fault *fault, const char *doing, const char *folder, const char *name);

#endif
