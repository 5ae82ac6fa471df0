/*
 * A whole journal at rest is checked: a copy made by `backup`, or the data folder of a daemon that does not run. It is
 * opened without a lock and without writing a byte, also beside it; a copy that has a WAL beside it is refused, because
 * what is in the WAL would not be seen.
 *
 * Everything is derived again, as the daemon does in the background (journal_check_step in audit/journal.h): each leaf
 * from its row, every tile and every head's root from the leaves, the heads' signatures; ids that rise and times that do
 * not go back; each payload against the digest in its leaf; editions and files against theirs; look-ups both ways. A
 * payload that is gone has an erasure record that names it.
 *
 * No key is needed for that: payloads stay sealed. The master key's holder may have them opened too.
 */
#ifndef AUDIT_JOURNAL_CHECK_H
#define AUDIT_JOURNAL_CHECK_H

#include "audit/verify.h"

struct journal_check_options {
    /* Those of whom the heads may be, as they were handed over; the name of each says one log, its key all logs. */
    const struct note_key *keys;
    size_t key_count;
    /* The folder in which `keys` lies, and the file of the master key (or NULL: where it is looked for): payloads are
     * opened with them. NULL: they are not. */
    const char *keys_folder, *master;
    /* Told now and then, when it is not NULL; total is 0 as long as it is not known. */
    void (*progress)(void *context, long long checked, long long total);
    void *context;
};

struct journal_check_report {
    enum verify_outcome outcome;
    struct text message; /* for people: what is wrong, the first of it; absent when it is valid */
    struct text log;     /* of the record that is wrong; absent when it is about none */
    long long index;     /* of that record; below 0 when it is about no single one */
    long long records;   /* that were checked and are well */
    long long erased;    /* of them without payload, and rightly so */
    size_t logs;
};

/* `path`: the file of the database, or a folder with `journal.db`. A fault when it cannot be read at all. */
bool journal_check_all(struct arena *arena, const char *path, const struct journal_check_options *options,
                       struct journal_check_report *report, struct fault *fault) MUST_USE;

#endif
