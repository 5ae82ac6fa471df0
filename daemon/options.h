/*
 * The command line, and the file that `--config` names: the same settings, one a line; the command line wins.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "base/arena.h"
#include "base/arena.h"
#include "base/date.h"

/* How the daemon ends (sysexits.h where that has a number). */
enum exit_code {
    EXIT_CODE_OK = 0,
    EXIT_CODE_FINDINGS = 1,  /* `--check` found an error */
    EXIT_CODE_USE = 64,
    EXIT_CODE_RULES = 65,    /* the rules cannot be used */
    EXIT_CODE_ENDPOINT = 69, /* taken, or cannot be bound */
    EXIT_CODE_MEMORY = MEMORY_EXIT_CODE,
    EXIT_CODE_DATA = 73,     /* the data folder cannot be used, or another daemon uses it */
    EXIT_CODE_JOURNAL = 74,  /* the journal failed */
};

struct options {
    const char *check;  /* `--check DIR`; NULL: not asked for */
    const char *schema; /* `--schema NAME` */
    const char *rules, *data, *bind;
    bool continue_after_restore;
    bool rotate_signing_key, rotate_master_key; /* does that, and ends */
    const char *master_key; /* the file of the master key, or NULL */
    const char *witnesses;  /* the folder that witnesses see too, or NULL */
    bool has_on;
    struct date on;
    unsigned local_roles;
    /* The options as they were given, for the daemon that takes our place: without `--bind`, and what is said once. */
    char **again;
    size_t again_count, again_capacity;
    struct arena arena; /* of the texts above */
};

/* False when there is nothing to do but to end with `*code`: help, version, or a mistake that was printed. */
bool options_read(struct options *options, int count, char **arguments, int *code);
/* One more option of `again`. */
void options_keep(struct options *options, const char *name, const char *value);
void options_finish(struct options *options);

#endif
