/*
 * Beginning anew, so that no memory holds what was erased. Freed memory is overwritten and no core file is written, but
 * what passed through a stack or a library's own buffers is beyond us: so after an erasure, when all that
 * waits was answered, the process takes its own place: the same program, options, port and edition of the rules, and
 * nothing else.
 *
 * The erasure is answered by the old process, at most REPLACE_MS_MAX before it is gone: a connection does not outlive its
 * process, so an answer of the new one would reach only those who ask again. Should the old one end first, they do.
 *
 *     memory_guard(arguments)     first of all
 *     if (replace_prepare(...))   while the daemon still stands: must it be replaced?
 *         daemon_finish(...), then replace_start(...), which returns only when it failed
 *
 * The edition is named in the environment: the new process takes it from the journal. It must not read the files that
 * `--rules` names, which may be half changed since: only `reload` loads those.
 */
#ifndef REPLACE_H
#define REPLACE_H

#include "daemon.h"

#define REPLACE_EDITION "COVENANTD_EDITION"

/*
 * That freed memory is overwritten, small pieces too, can be said to the allocator in the environment only: when it is
 * not said there the process begins again with it, once.
 */
void memory_guard(char **arguments);
bool replace_prepare(const struct daemon *daemon, struct options *options);
/* The exit code, when the process could not be replaced: it ends then, and its memory with it. */
int replace_start(const struct options *options);

#endif
