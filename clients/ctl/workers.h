/*
 * One piece of work in several processes, made of this one: each takes every `of`-th record, writes what it finds to
 * the standard output a line at a time, and tells its tally through a pipe, of which the sum is heard here.
 */
#ifndef CTL_WORKERS_H
#define CTL_WORKERS_H

#include "base/fault.h"

#include <stdint.h>

#define WORKERS_MAX 64

struct tally {
    uint64_t identical, different, erased, damaged, seen;
};

struct worker {
    unsigned number, of; /* 0 to `of` - 1 */
    int pipe;
};

/* Does it take that one? NULL takes all. */
bool worker_takes(const struct worker *worker, uint64_t index);
/* Now and then, and `finally`; NULL tells nobody. */
void worker_tells(const struct worker *worker, const struct tally *tally, bool finally);

/*
 * `work` runs in each process and gives its exit code; `heard` runs here with the sum so far. `*code` is the first exit
 * code that is not 0. A fault when a process cannot be made, or ends without its tally.
 */
bool workers_run(unsigned count, int (*work)(void *context, const struct worker *worker),
                 void (*heard)(void *context, const struct tally *sum), void *context, int *code,
                 struct fault *fault) MUST_USE;

#endif
