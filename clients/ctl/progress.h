/*
 * How far something is: a bar on a terminal, redrawn a few times a second, and nothing elsewhere. It stands on standard
 * error, so that what is printed can be piped; what is printed in between hides it first.
 */
#ifndef CTL_PROGRESS_H
#define CTL_PROGRESS_H

#include "terminal.h"

struct progress {
    struct terminal *err;
    const char *what; /* is counted: `records` */
    long long done, total;
    double begun, drawn;
    bool on_terminal, shown;
};

/* `total` is set by the caller, when it is known. */
void progress_begin(struct progress *progress, struct terminal *err, const char *what);
void progress_show(struct progress *progress, long long done);
void progress_hide(struct progress *progress);
double progress_seconds(const struct progress *progress);

#endif
