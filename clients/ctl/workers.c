#include "workers.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TELL_EVERY 64

/* What goes through the pipe: less than PIPE_BUF, so that it comes whole. */
struct told {
    struct tally tally;
    bool finally;
};

bool worker_takes(const struct worker *worker, uint64_t index)
{
    return !worker || index % worker->of == worker->number;
}

void worker_tells(const struct worker *worker, const struct tally *tally, bool finally)
{
    struct told told;
    memset(&told, 0, sizeof told);
    if (!worker || (!finally && (tally->seen == 0 || tally->seen % TELL_EVERY)))
        return;
    told.tally = *tally;
    told.finally = finally;
    ssize_t written = write(worker->pipe, &told, sizeof told);
    (void)written; /* who does not hear it ends too */
}

struct process {
    pid_t id;
    int pipe; /* below 0: it has ended */
    struct told told;
};

static bool process_begin(struct process *process, unsigned number, unsigned count,
                          int (*work)(void *context, const struct worker *worker), void *context, struct fault *fault)
{
    int ends[2];
    fflush(stdout);
    if (pipe(ends) != 0)
        return fault_set(fault, FAULT_BROKEN, "cannot make a pipe: %s", strerror(errno));
    process->id = fork();
    if (process->id < 0) {
        close(ends[0]);
        close(ends[1]);
        return fault_set(fault, FAULT_BROKEN, "cannot make a process: %s", strerror(errno));
    }
    if (process->id == 0) {
        struct worker worker = {number, count, ends[1]};
        close(ends[0]);
        setvbuf(stdout, NULL, _IOLBF, BUFSIZ); /* lines of several processes, each whole */
        int code = work(context, &worker);
        fflush(stdout);
        _exit(code);
    }
    close(ends[1]);
    process->pipe = ends[0];
    return true;
}

static void sum_up(const struct process *processes, unsigned count, struct tally *sum)
{
    *sum = (struct tally){0};
    for (unsigned i = 0; i < count; i++) {
        const struct tally *tally = &processes[i].told.tally;
        sum->identical += tally->identical;
        sum->different += tally->different;
        sum->erased += tally->erased;
        sum->damaged += tally->damaged;
        sum->seen += tally->seen;
    }
}

/* Until each has closed its pipe. */
static void hear(struct process *processes, unsigned count, void (*heard)(void *context, const struct tally *sum),
                 void *context)
{
    struct tally sum;
    unsigned open = count;
    while (open > 0) {
        struct pollfd items[WORKERS_MAX];
        for (unsigned i = 0; i < count; i++)
            items[i] = (struct pollfd){.fd = processes[i].pipe, .events = POLLIN};
        if (poll(items, count, -1) < 0 && errno != EINTR)
            return;
        for (unsigned i = 0; i < count; i++) {
            struct told told;
            if (processes[i].pipe < 0 || !items[i].revents)
                continue;
            if (read(processes[i].pipe, &told, sizeof told) == (ssize_t)sizeof told) {
                processes[i].told = told;
            } else {
                close(processes[i].pipe);
                processes[i].pipe = -1;
                open--;
            }
        }
        sum_up(processes, count, &sum);
        heard(context, &sum);
    }
}

/* The exit code; below 0 when a signal ended it. */
static int process_end(const struct process *process)
{
    int status;
    while (waitpid(process->id, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool workers_run(unsigned count, int (*work)(void *context, const struct worker *worker),
                 void (*heard)(void *context, const struct tally *sum), void *context, int *code, struct fault *fault)
{
    struct process processes[WORKERS_MAX];
    unsigned begun = 0;
    bool good = true;
    memset(processes, 0, sizeof processes);
    while (begun < count && (good = process_begin(&processes[begun], begun, count, work, context, fault)))
        begun++;
    hear(processes, begun, heard, context);
    *code = 0;
    for (unsigned i = 0; i < begun; i++) {
        int ended = process_end(&processes[i]);
        if (good && (ended < 0 || (ended == 0 && !processes[i].told.finally)))
            good = fault_set(fault, FAULT_BROKEN, "one of the %u processes ended before its work was done", count);
        if (*code == 0 && ended > 0)
            *code = ended;
    }
    return good;
}
