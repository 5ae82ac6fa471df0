/*
 * A whole export that was opened, in a folder (its form is told in audit_open.c): its records one after the other, each
 * checked against its leaf, and the editions that they name.
 */
#ifndef CTL_AUDIT_OPENED_H
#define CTL_AUDIT_OPENED_H

#include "audit/leaf.h"
#include "audit/replay.h"
#include "audit_folder.h"

#include <stdio.h>

/* Is there what records hold, beside the leaves? */
bool opened_is(struct arena *arena, const char *folder);

struct opened_reading {
    const char *folder;
    FILE *file;
    struct leaves_reading leaves;
    char *line;
    size_t capacity;
};
/* `size` records, as the checkpoint says. */
bool opened_begin(struct opened_reading *reading, struct arena *arena, const char *folder, uint64_t size,
                  struct fault *fault) MUST_USE;
void opened_end(struct opened_reading *reading);

struct opened_record {
    struct record record; /* RECORD_DAMAGED: what lies there is not what the leaf speaks of */
    struct leaf leaf;
    struct text problem;  /* of a damaged one, for people */
};
/* False at the end, without a fault, and with one when it cannot be read. */
bool opened_next(struct opened_reading *reading, struct arena *arena, struct opened_record *record,
                 struct fault *fault);

/* Passes over the next one, which costs little: for who decides every second one. */
bool opened_skip(struct opened_reading *reading, struct fault *fault);

/* The editions below `folder`/editions; each is the one of its digest, or FAULT_ABSENT. Context: the folder's name. */
struct edition_store opened_editions(const char *folder);

#endif
