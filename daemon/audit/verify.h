/*
 * Verifies a log that lies in a folder in the form of tlog-tiles (an export), offline, trusting nobody but the keys.
 *
 * Everything is derived again from the leaves: their hashes, every tile, the root, and that the checkpoint of that very
 * root and size is signed by one of the keys. Also what a tree cannot say: each leaf speaks of this log, and time does
 * not go back. Files that do not belong to a tree of this size make it not valid, except partial tiles of an earlier
 * size that are the beginning of what is there.
 *
 * A log that was cut short or written anew and signed again by its owner agrees with itself. Who kept an earlier head
 * (a client, a witness, an auditor) gives it: a log that does not begin with it is not valid.
 */
#ifndef AUDIT_VERIFY_H
#define AUDIT_VERIFY_H

#include "audit/note.h"
#include "audit/tile.h"

enum verify_outcome {
    VERIFY_VALID,
    VERIFY_NOT_VALID,
    VERIFY_UNANCHORED, /* all is well, but no key was given to know the log by */
};

struct verify_options {
    const struct note_key *keys;
    size_t key_count;
    const struct text *heads; /* signed checkpoints that were kept elsewhere; they may have lines of witnesses */
    size_t head_count;
    struct text origin;  /* which log it must be; absent: the one it says it is */
    bool any_leaves;     /* leaves of others, of which nothing is known: only the tree */
};

struct verify_report {
    enum verify_outcome outcome;
    struct text message; /* for people: what is wrong; absent when it is valid */
    struct text file;    /* where it was seen, below the folder; absent when it is no file's */
    bool has_index;
    uint64_t index, until; /* the first record that is wrong; it is one of these (both included) */
    struct checkpoint checkpoint;
    uint64_t records;      /* that were read and agree */
    struct text silence;   /* a day (UTC) between the first and the last leaf without any; absent when each has one */
};

/* A fault when the folder cannot be read; all that is wrong in it is in the report. */
bool verify_folder(struct arena *arena, const char *folder, const struct verify_options *options,
                   struct verify_report *report, struct fault *fault) MUST_USE;
/* `valid`, `not valid`, `unanchored`. */
const char *verify_outcome_name(enum verify_outcome outcome);

#endif
