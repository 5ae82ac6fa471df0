/*
 * Asking the daemon something on behalf of a verb: the envelope, the exchange, and what to say when it is refused.
 */
#ifndef CTL_ASK_H
#define CTL_ASK_H

#include "base/value.h"
#include "options.h"

/* A request being written. `file` and `case_text` are what a refusal can point into; absent when no file was given. */
struct asking {
    struct command *command;
    const char *verb;
    struct buffer body;
    struct text id;
    const char *file;
    struct text case_text;
    double seconds; /* to wait, when `--timeout` does not say; 0 for TIMEOUT_DEFAULT */
    bool records;   /* the answer must carry a receipt, and `--request` repeats it */
    bool silent;    /* `--json` does not print the answer: more is asked for one */
};

void asking_init(struct asking *asking, struct command *command, const char *verb);
void asking_add(struct asking *asking, const char *name, const struct value *value);
/* A member that is text, when the option was given. */
void asking_add_option(struct asking *asking, const char *name, enum option option);
/* The same as a whole number. */
void asking_add_number(struct asking *asking, const char *name, enum option option);
/* Reads the file (`-` is standard input) as the request's `case`, and keeps it byte for byte. False: it was said why.
 */
bool asking_add_case(struct asking *asking, const char *path, enum exit_code *code);

/*
 * Asks. The whole reply when it says `ok`; with `--json` it was printed already. NULL when it was refused or nobody
 * answers: that was said, and `*code` is what to end with.
 */
struct value *ask(struct asking *asking, enum exit_code *code);
/* The same for what can be done without: NULL when there is no good answer soon, and nothing is said or printed. */
struct value *ask_quietly(struct asking *asking);

#endif
