/*
 * Three kinds of error, three treatments. *We* are wrong: assert. *Somebody wrote* something wrong: a finding, a
 * refusal or an unknown, which are values. *The world* is wrong (a disk is full, an endpoint is taken): a fault, which
 * goes up to whoever can decide. A function that can meet one returns bool and takes a `struct fault *` last.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stdbool.h>

#define MUST_USE __attribute__((warn_unused_result))

enum fault_kind {
    FAULT_NONE,
    FAULT_FULL,   /* no room on the disk: nothing was written, later it may work */
    FAULT_BUSY,   /* somebody else holds it */
    FAULT_ABSENT, /* it is not there */
    FAULT_BROKEN, /* everything else: what it concerns can no longer be relied on */
};

struct fault {
    enum fault_kind kind;
    char message[384]; /* lower case, no full stop, user text in backticks */
};

/* Fills it in and returns false, so that `return fault_set(...)` reads well. */
bool fault_set(struct fault *fault, enum fault_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
